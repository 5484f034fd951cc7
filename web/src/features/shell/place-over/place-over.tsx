import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { api, ask } from "@/api/client/client";
import { seenLeft, useSession } from "@/api/session/session";
import { Button } from "@/components/ui/button/button";

/** Says that a place in which the operator worked is over without their doing, and where to go back in. */
export function PlaceOver() {
  const state = useSession();
  const left = state.kind === "in" ? state.left : undefined;
  const tenant = useQuery({
    queryKey: ["admin", "tenant", left, "name"],
    queryFn: () => ask(api.GET("/admin/tenants/{id}", { params: { path: { id: left ?? "" } } })),
    enabled: left !== undefined,
  }).data;
  if (!left) return null;
  return (
    <div role="status" className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-warn">
      <p>
        You are no longer viewing as <strong dir="auto">{tenant?.company_name ?? "the tenant"}</strong>: the
        time was up, or it was ended.{" "}
        <Link
          to="/admin/tenants/$tenantId"
          params={{ tenantId: left }}
          onClick={seenLeft}
          className="inline-flex min-h-6 items-center underline underline-offset-4"
        >
          Open the tenant to go back in
        </Link>
      </p>
      <Button look="quiet" size="icon" className="size-6" aria-label="Dismiss" onClick={seenLeft}>
        <X aria-hidden />
      </Button>
    </div>
  );
}
