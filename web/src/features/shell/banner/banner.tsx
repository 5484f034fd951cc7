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
    <div
      role="status"
      className="flex flex-wrap items-center justify-center gap-x-2 bg-warn-soft px-4 py-1.5 text-warn"
    >
      <Eye className="size-4 shrink-0" aria-hidden />
      <span>
        You are viewing as <strong dir="auto">{tenant}</strong>
        {readOnly && " (reading only)"} –
      </span>
      <Button look="link" size="small" className="px-1 text-warn" onClick={exit} busy={busy ?? false}>
        Exit
      </Button>
    </div>
  );
}
