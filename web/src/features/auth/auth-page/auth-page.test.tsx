import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { brandingQuery } from "@/features/auth/queries";
import { AuthPage } from "./auth-page";

it("shows whose address it is, and our icon for a logo that is none", () => {
  const client = new QueryClient();
  client.setQueryData(brandingQuery.queryKey, {
    tenant: {
      slug: "s",
      company_name: "Ann's Salon",
      branding: { logo_url: "https://example.com/x" } as never,
    },
  });
  const { container } = render(
    <QueryClientProvider client={client}>
      <AuthPage title="Sign in">form</AuthPage>
    </QueryClientProvider>,
  );
  expect(screen.getByText("Ann's Salon")).toBeVisible();
  const image = container.querySelector("img") as HTMLImageElement;
  fireEvent.error(image);
  expect(image.src).toContain("/icon.svg");
});
