import { createFileRoute } from "@tanstack/react-router";
import { Audit } from "@/features/audit/audit/audit";
import { cleanFilters } from "@/features/audit/filters";

export const Route = createFileRoute("/_app/audit")({ validateSearch: cleanFilters, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <Audit filters={Route.useSearch()} change={(search) => void navigate({ search, replace: true })} />;
}
