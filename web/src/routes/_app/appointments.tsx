import { createFileRoute } from "@tanstack/react-router";
import { Appointments } from "@/features/appointments/appointments/appointments";

export const Route = createFileRoute("/_app/appointments")({ component: Appointments });
