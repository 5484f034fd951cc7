import { createFileRoute } from "@tanstack/react-router";
import { Knowledge } from "@/features/knowledge/knowledge/knowledge";
import { TABS, type Tab } from "@/features/knowledge/tabs";

export const Route = createFileRoute("/_app/knowledge")({
  validateSearch: (search: Record<string, unknown>): { tab?: Tab } => {
    const tab = TABS.find((one) => one === search.tab);
    return tab ? { tab } : {};
  },
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  const tab = Route.useSearch().tab ?? "services";
  return <Knowledge tab={tab} change={(to) => void navigate({ search: { tab: to }, replace: true })} />;
}
