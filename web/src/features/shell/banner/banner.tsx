import { Eye } from "lucide-react";
import { Button } from "@/components/ui/button/button";

interface Props {
  tenant: string;
  readOnly: boolean;
  exit: () => void;
  busy?: boolean;
}

/** Above every page while an operator works in a tenant's place. */
export function ImpersonationBanner({ tenant, readOnly, exit, busy }: Props) {
  return (
    <div role="status" className="bg-warn-soft px-4 py-1.5 text-center text-warn">
      <Eye className="mr-2 inline size-4 align-[-0.15em]" aria-hidden />
      <span>
        You are viewing as <strong dir="auto">{tenant}</strong>
        {readOnly && " (reading only)"} –
      </span>{" "}
      <Button
        look="link"
        size="small"
        className="ml-1 inline-flex h-6 px-1 align-baseline text-warn"
        onClick={exit}
        busy={busy ?? false}
      >
        Exit
      </Button>
    </div>
  );
}
