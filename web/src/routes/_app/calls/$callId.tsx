import { createFileRoute } from "@tanstack/react-router";
import { CallPage } from "@/features/calls/call-page/call-page";

export const Route = createFileRoute("/_app/calls/$callId")({
  // `?t=` seconds into the call: the turn that is said then.
  validateSearch: (search): { t?: number } => {
    const t = Number(search.t);
    return search.t !== undefined && Number.isFinite(t) && t >= 0 ? { t } : {};
  },
  component: Page,
});

function Page() {
  const { callId } = Route.useParams();
  const { t } = Route.useSearch();
  return <CallPage key={callId} id={callId} atMs={t === undefined ? null : t * 1000} />;
}
