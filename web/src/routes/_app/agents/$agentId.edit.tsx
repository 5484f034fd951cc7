import { createFileRoute } from "@tanstack/react-router";
import { AgentEditor } from "@/features/agents/agent-editor/agent-editor";
import { numbered } from "@/features/agents/numbered";

export const Route = createFileRoute("/_app/agents/$agentId/edit")({
  validateSearch: (search: Record<string, unknown>): { version?: number } => {
    const version = numbered(search.version);
    return version ? { version } : {};
  },
  component: Page,
});

function Page() {
  return <AgentEditor agentId={Route.useParams().agentId} version={Route.useSearch().version} />;
}
