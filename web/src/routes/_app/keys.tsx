import { createFileRoute } from "@tanstack/react-router";
import { Keys } from "@/features/keys/keys/keys";

export const Route = createFileRoute("/_app/keys")({ component: Keys });
