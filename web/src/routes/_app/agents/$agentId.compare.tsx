import { createFileRoute } from "@tanstack/react-router";
import { Compare } from "@/features/agents/compare/compare";
import { numbered } from "@/features/agents/numbered";

export const Route = createFileRoute("/_app/agents/$agentId/compare")({
  validateSearch: (search: Record<string, unknown>): { from?: number; to?: number } => {
    const [from, to] = [numbered(search.from), numbered(search.to)];
    return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
  },
  component: Page,
});

function Page() {
  const { from, to } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <Compare
      agentId={Route.useParams().agentId}
      from={from}
      to={to}
      change={(search) => void navigate({ search, replace: true })}
    />
  );
}
