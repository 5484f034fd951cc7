import { createFileRoute } from "@tanstack/react-router";
import { Portal } from "@/features/portal/portal/portal";

export const Route = createFileRoute("/_app/portal")({ component: Portal });
