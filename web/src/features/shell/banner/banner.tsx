import { Eye } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button/button";

interface Props {
  tenant: string;
  readOnly: boolean;
  /** When it ends by itself. */
  until: string;
  exit: () => void;
  /** The time is up. */
  over: () => void;
  busy?: boolean;
  problem?: string | null;
}

/** Above every page while an operator works in a tenant's place. */
export function ImpersonationBanner({ tenant, readOnly, until, exit, over, busy, problem }: Props) {
  return (
    <section aria-label="Impersonation" className="bg-warn-soft px-4 py-1.5 text-center text-warn">
      <div role="status" className="inline">
        <Eye className="mr-2 inline size-4 align-[-0.15em]" aria-hidden />
        <span>
          You are viewing as <strong dir="auto">{tenant}</strong> –
        </span>{" "}
        <Button
          look="link"
          size="small"
          className="mx-1 inline-flex h-6 px-1 align-baseline text-warn"
          onClick={exit}
          busy={busy ?? false}
        >
          Exit
        </Button>
      </div>
      <span className="text-sm whitespace-nowrap">
        {readOnly && "reading only · "}
        <Left until={until} over={over} />
      </span>
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}

function Left({ until, over }: { until: string; over: () => void }) {
  const [now, setNow] = useState(Date.now);
  const ms = Math.max(0, Date.parse(until) - now);
  const done = ms === 0;
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(tick);
  }, []);
  useEffect(() => {
    if (done) over();
  }, [done, over]);
  const minutes = Math.ceil(ms / 60_000);
  return <span>{ms > 60_000 ? `${minutes} min left` : `${Math.ceil(ms / 1000)} s left`}</span>;
}
