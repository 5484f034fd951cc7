import { createFileRoute } from "@tanstack/react-router";
import { People } from "@/features/people/people/people";

export const Route = createFileRoute("/_app/people")({ component: People });
