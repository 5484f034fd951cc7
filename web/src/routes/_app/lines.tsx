import { createFileRoute } from "@tanstack/react-router";
import { Lines } from "@/features/lines/lines/lines";

export const Route = createFileRoute("/_app/lines")({ component: Lines });
