import { createFileRoute } from "@tanstack/react-router";
import { Settings } from "@/features/settings/settings/settings";
import { cleanTab } from "@/features/settings/tabs";

export const Route = createFileRoute("/_app/settings")({ validateSearch: cleanTab, component: Page });

function Page() {
  const navigate = Route.useNavigate();
  const { tab } = Route.useSearch();
  return (
    <Settings
      tab={tab ?? "company"}
      change={(next) => void navigate({ search: cleanTab({ tab: next }), replace: true })}
    />
  );
}
