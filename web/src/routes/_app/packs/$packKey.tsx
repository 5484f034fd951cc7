import { createFileRoute } from "@tanstack/react-router";
import { PackPage } from "@/features/packs/pack-page/pack-page";

export const Route = createFileRoute("/_app/packs/$packKey")({ component: Page });

function Page() {
  return <PackPage packKey={Route.useParams().packKey} />;
}
