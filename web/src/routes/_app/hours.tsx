import { createFileRoute } from "@tanstack/react-router";
import { Hours } from "@/features/hours/hours/hours";

export const Route = createFileRoute("/_app/hours")({ component: Hours });
