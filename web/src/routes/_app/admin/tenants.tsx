import { createFileRoute } from "@tanstack/react-router";
import { Tenants } from "@/features/tenants/tenants/tenants";

export const Route = createFileRoute("/_app/admin/tenants")({ component: Tenants });
