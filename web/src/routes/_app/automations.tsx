import { createFileRoute } from "@tanstack/react-router";
import { Automations } from "@/features/automations/automations/automations";

export const Route = createFileRoute("/_app/automations")({ component: Automations });
