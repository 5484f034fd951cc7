/** What a page shows while it waits, when there is nothing, and when something failed. */
import { CircleAlert, Lock, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { explain, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { cn } from "@/lib/cn/cn";

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("h-4 animate-pulse rounded-md bg-line", className)} />;
}

/** Lines where rows will be; who listens hears one sentence. */
export function Waiting({ rows = 5, what = "Loading" }: { rows?: number; what?: string }) {
  return (
    <div role="status" className="flex flex-col gap-3 py-2">
      <span className="sr-only">{what}…</span>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <Skeleton key={i} className={i % 3 === 2 ? "h-6 w-3/4" : "h-6"} />
      ))}
    </div>
  );
}

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  /** What to do next. */
  children?: ReactNode;
}

export function Empty({ icon: Icon, title, children }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <Icon className="size-8 text-faint" aria-hidden />
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-prose text-faint">{children}</div>}
    </div>
  );
}

/** Where the role does not reach: why, and who can help. */
export function NoAccess({ children }: { children: ReactNode }) {
  return (
    <Empty icon={Lock} title="This is not open to you">
      {children}
    </Empty>
  );
}

export function Failure({ error, retry, what }: { error: unknown; retry?: () => void; what?: string }) {
  const id = error instanceof ProblemError ? error.requestId : null;
  return (
    <div role="alert" className="flex flex-col items-start gap-2 rounded-xl bg-bad-soft p-4">
      <p className="flex items-center gap-2 font-medium text-bad">
        <CircleAlert className="size-4 shrink-0" aria-hidden />
        {what ?? "This could not be loaded"}
      </p>
      <p>{explain(error)}</p>
      {id && <p className="text-sm text-faint">Request {id}</p>}
      {retry && (
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A form's message as a whole. */
export function FormProblem({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-bad">
      {children}
    </p>
  );
}
