import { createFileRoute } from "@tanstack/react-router";
import { Packs } from "@/features/packs/packs/packs";

export const Route = createFileRoute("/_app/packs/")({ component: Packs });
