import { createFileRoute } from "@tanstack/react-router";
import { Calls } from "@/features/calls/calls/calls";
import { cleanFilters } from "@/features/calls/filters";

export const Route = createFileRoute("/_app/calls/")({ validateSearch: cleanFilters, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  return <Calls filters={Route.useSearch()} change={(search) => void navigate({ search, replace: true })} />;
}
