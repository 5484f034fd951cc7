import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { Empty } from "@/components/ui/states/states";
import { meQuery } from "@/features/auth/queries";

/** The page for the platform's people, or only for its owners; what anybody else sees instead. */
export function PlatformPage({ owners, children }: { owners?: boolean; children: ReactNode }) {
  const me = useQuery(meQuery).data;
  if (!me) return null;
  const inside = !me.impersonation && (owners ? me.platform_role === "owner" : Boolean(me.platform_role));
  if (inside) return children;
  return (
    <>
      <h1 className="sr-only">No access</h1>
      <Empty
        icon={Lock}
        title={owners ? "This page is for owners of the platform" : "This page is for the platform’s people"}
      >
        <p>
          {me.impersonation
            ? "You are in a tenant’s place: exit it first."
            : "Ask an owner of the platform if you need it."}
        </p>
        <Link to="/" className="inline-flex min-h-6 items-center text-accent underline underline-offset-4">
          To your first page
        </Link>
      </Empty>
    </>
  );
}
