import { createFileRoute } from "@tanstack/react-router";
import { Menus } from "@/features/menus/menus/menus";

export const Route = createFileRoute("/_app/menus")({ component: Menus });
