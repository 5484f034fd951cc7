import { createFileRoute } from "@tanstack/react-router";
import { LiveCalls } from "@/features/live/live-calls/live-calls";

export const Route = createFileRoute("/_app/live")({
  // The call whose words are shown.
  validateSearch: (search): { call?: string } =>
    typeof search.call === "string" && search.call ? { call: search.call } : {},
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  return (
    <LiveCalls
      chosen={Route.useSearch().call}
      choose={(call) => void navigate({ search: { call }, replace: true })}
    />
  );
}
