import { createFileRoute } from "@tanstack/react-router";
import { Agents } from "@/features/agents/agents/agents";

export const Route = createFileRoute("/_app/agents/")({ component: Agents });
