import { createFileRoute } from "@tanstack/react-router";
import { Mailbox } from "@/features/mailbox/mailbox/mailbox";
import { PlatformPage } from "@/features/platform/access/access";

export const Route = createFileRoute("/_app/admin/mailbox")({
  component: () => (
    <PlatformPage owners>
      <Mailbox />
    </PlatformPage>
  ),
});
