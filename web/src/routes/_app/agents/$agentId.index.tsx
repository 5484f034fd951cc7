import { createFileRoute } from "@tanstack/react-router";
import { AgentPage } from "@/features/agents/agent-page/agent-page";
import { numbered } from "@/features/agents/numbered";

export const Route = createFileRoute("/_app/agents/$agentId/")({
  validateSearch: (search: Record<string, unknown>): { version?: number } => {
    const version = numbered(search.version);
    return version ? { version } : {};
  },
  component: Page,
});

function Page() {
  return <AgentPage agentId={Route.useParams().agentId} version={Route.useSearch().version} />;
}
