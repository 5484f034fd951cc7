import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import { ownZone } from "@/lib/dates/dates";
import { useZone } from "./use-zone";

it("is the tenant's once its settings are known", () => {
  const client = new QueryClient();
  client.setQueryData(["me"], { role: "viewer" });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  client.setQueryData(["settings"], { timezone: "Asia/Tokyo" });
  expect(renderHook(useZone, { wrapper }).result.current).toBe("Asia/Tokyo");
  client.setQueryData(["me"], { role: null });
  client.removeQueries({ queryKey: ["settings"] });
  expect(renderHook(useZone, { wrapper }).result.current).toBe(ownZone);
});
