import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { api, ask, once } from "@/api/client/client";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { Failure, Waiting } from "@/components/ui/states/states";
import type { Line } from "@/features/lines/queries";
import { phone, phonesIn } from "@/lib/phones/phones";

const STEPS: Record<string, string> = {
  number: "Number",
  resolution: "Found by its number",
  standing: "Your account",
  hours: "Business hours",
  answer: "What answers",
  capacity: "Room for a call",
  fallback: "Otherwise",
};

/** What a call to the line would do now. No call is placed. */
export function LineTrial({ line, close }: { line: Line; close: () => void }) {
  const trial = useQuery({
    queryKey: ["lines", "trial", line.id],
    queryFn: () =>
      ask(api.POST("/phone-configs/{id}/test", { params: { path: { id: line.id }, header: once() } })),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`A call to ${line.phone_number ? phone(line.phone_number) : "this line"}, now`}
      description="What would happen. No call is placed."
    >
      {trial.isPending ? (
        <Waiting />
      ) : trial.isError ? (
        <Failure error={trial.error} retry={() => void trial.refetch()} />
      ) : (
        <>
          <p className="font-medium" dir="auto">
            {phonesIn(trial.data.summary)}
          </p>
          <ol className="flex flex-col gap-3">
            {trial.data.checks.map((check) => (
              <li key={check.name} className="flex items-start gap-3">
                {check.passed ? (
                  <CircleCheck className="mt-1 size-4 shrink-0 text-good" aria-label="Passed" />
                ) : (
                  <CircleAlert className="mt-1 size-4 shrink-0 text-bad" aria-label="Failed" />
                )}
                <div className="min-w-0">
                  <p className="font-medium">{STEPS[check.name] ?? check.name}</p>
                  <p dir="auto">{phonesIn(check.detail)}</p>
                  {check.todo && <p className="text-bad">{phonesIn(check.todo)}</p>}
                </div>
              </li>
            ))}
          </ol>
          <Button className="self-start" busy={trial.isFetching} onClick={() => void trial.refetch()}>
            Check again
          </Button>
        </>
      )}
    </Dialog>
  );
}
