import { createFileRoute } from "@tanstack/react-router";
import { Messages } from "@/features/messages/messages/messages";

export const Route = createFileRoute("/_app/messages")({ component: Messages });
