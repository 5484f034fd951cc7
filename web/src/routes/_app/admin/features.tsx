import { createFileRoute } from "@tanstack/react-router";
import { Flags } from "@/features/flags/flags/flags";
import { PlatformPage } from "@/features/platform/access/access";

export const Route = createFileRoute("/_app/admin/features")({
  component: () => (
    <PlatformPage>
      <Flags />
    </PlatformPage>
  ),
});
