/** Shows a part of a page in a test, with a router and a query client around it. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import type { ReactNode } from "react";

export async function show(
  node: ReactNode,
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } }),
) {
  const root = createRootRoute({ component: () => node, notFoundComponent: () => node });
  const router = createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: ["/"] }) });
  await act(() => router.load());
  const shown = render(
    <QueryClientProvider client={client}>
      {/* biome-ignore lint/suspicious/noExplicitAny: a router of the test's own */}
      <RouterProvider router={router as any} />
    </QueryClientProvider>,
  );
  return { ...shown, client, router };
}

/** Answers requests by method and path; what nobody expected is a 404. */
export function serving(answers: Record<string, unknown>) {
  return async (request: Request): Promise<Response> => {
    const key = `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`;
    const body = answers[key];
    if (body instanceof Response) return body.clone();
    return key in answers ? Response.json(body) : Response.json({ detail: `no ${key}` }, { status: 404 });
  };
}

export const aCall = {
  id: "0199-c",
  started_at: "2026-11-20T15:00:00Z",
  direction: "inbound",
  mode: "live",
  ivr_mode: "ai-voice",
  status: "completed",
  from: "+19185550142",
  to: "+19185550103",
  duration_ms: 57_600,
  latency_p50_ms: 563,
  end_reason: "caller_hung_up",
  outcome: "booked",
  tags: [] as string[],
  has_recording: false,
};
