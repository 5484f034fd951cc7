import { createFileRoute } from "@tanstack/react-router";
import { SharedCall } from "@/features/shared-call/shared-call/shared-call";

export const Route = createFileRoute("/shared/$token")({ component: Page });

function Page() {
  const { token } = Route.useParams();
  return <SharedCall key={token} token={token} />;
}
