import { createFileRoute } from "@tanstack/react-router";
import { Activity, type Search } from "@/features/activity/activity/activity";
import { PlatformPage } from "@/features/platform/access/access";

const NAMES = ["actor", "action", "object", "impersonation", "since", "until"] as const;

export const Route = createFileRoute("/_app/admin/activity")({
  validateSearch: (search): Search =>
    Object.fromEntries(
      NAMES.flatMap((name) =>
        typeof search[name] === "string" && search[name] ? [[name, search[name]]] : [],
      ),
    ),
  component: Page,
});

function Page() {
  const navigate = Route.useNavigate();
  return (
    <PlatformPage>
      <Activity search={Route.useSearch()} change={(search) => void navigate({ search, replace: true })} />
    </PlatformPage>
  );
}
