import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Eye, KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { Impersonate } from "@/features/tenants/impersonate/impersonate";
import { LoginLink } from "@/features/tenants/login-link/login-link";
import { SendOnboarding } from "@/features/tenants/onboarding/onboarding";
import { tenantQuery } from "@/features/tenants/queries";

interface Props {
  id: string;
  /** Why logo and colour were not kept, if they were not. */
  unbranded: unknown;
  another: () => void;
}

/** The tenant is there: what comes next. */
export function Done({ id, unbranded, another }: Props) {
  const tenant = useQuery(tenantQuery(id));
  const [open, setOpen] = useState<"view" | "link" | null>(null);
  if (tenant.isPending) return <Waiting what="Loading the tenant" />;
  if (!tenant.data) return <Failure error={tenant.error} retry={() => void tenant.refetch()} />;
  const { data } = tenant.data;
  return (
    <Card title={<span dir="auto">{data.company_name} is set up</span>}>
      <div className="flex flex-col gap-5">
        {Boolean(unbranded) && (
          <p role="alert" className="rounded-lg bg-warn-soft px-3 py-2 text-warn">
            The logo was not kept: {explain(unbranded)} The rest is as you reviewed it.
          </p>
        )}
        <p>
          {data.contact_email
            ? `${data.contact_email} is invited as its owner. The quick login link works once the invitation is accepted.`
            : "Nobody is invited yet: open it in impersonate mode to invite its people."}
        </p>
        <div className="flex flex-wrap items-start gap-2">
          <Button look="main" onClick={() => setOpen("view")}>
            <Eye aria-hidden /> Open in impersonate mode
          </Button>
          <SendOnboarding tenantId={id} disabled={!data.contact_email} />
          <Button onClick={() => setOpen("link")}>
            <KeyRound aria-hidden /> Copy quick login link
          </Button>
        </div>
        <div className="flex flex-wrap gap-2 border-t border-line pt-4">
          <Button asChild>
            <Link to="/admin/tenants/$tenantId" params={{ tenantId: id }}>
              Open the tenant’s page
            </Link>
          </Button>
          <Button look="quiet" onClick={another}>
            <Plus aria-hidden /> Set up another one
          </Button>
        </div>
      </div>
      {open === "view" && <Impersonate tenant={data} close={() => setOpen(null)} />}
      {open === "link" && <LoginLink tenant={data} close={() => setOpen(null)} />}
    </Card>
  );
}
