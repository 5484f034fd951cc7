import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, askWithTag } from "@/api/client/client";
import { explain, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Choice } from "@/components/ui/choice/choice";
import { Conflict } from "@/components/ui/conflict/conflict";
import { Dialog } from "@/components/ui/dialog/dialog";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { type Person, ROLES, roleName } from "@/features/people/queries";

interface Props {
  person: Person;
  /** Whether who asks is an owner: nobody else makes one. */
  owner: boolean;
  close: () => void;
}

/** Another role. It counts at once, also in what they have open. */
export function ChangeRole({ person, owner, close }: Props) {
  const client = useQueryClient();
  const params = { path: { id: person.id } };
  const seen = useQuery({
    queryKey: ["people", "one", person.id],
    queryFn: () => askWithTag(api.GET("/users/{id}", { params })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const [theirs, setTheirs] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const role = chosen ?? seen.data?.data.role ?? person.role;
  const name = person.name || person.email;

  const save = async () => {
    setBusy(true);
    setProblem(null);
    setTheirs(null);
    const header = seen.data?.etag ? { "If-Match": seen.data.etag } : {};
    try {
      await ask(api.PATCH("/users/{id}", { params: { ...params, header }, body: { role } }));
      await client.invalidateQueries({ queryKey: ["people"] });
      toast({ text: `${name}: ${roleName(role)}, from now on.` });
      close();
    } catch (error) {
      if (error instanceof ProblemError && error.status === 412) {
        setChosen(role);
        const { data } = await seen.refetch();
        setTheirs(data?.data.role ?? "");
      } else setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`Role of ${name}`}
      description="It counts at once, also in pages that they have open."
    >
      {seen.isPending ? (
        <Waiting rows={4} />
      ) : !seen.data ? (
        <Failure error={seen.error} retry={() => void seen.refetch()} />
      ) : (
        <>
          <FormProblem>{problem}</FormProblem>
          {theirs !== null && (
            <Conflict
              rows={
                theirs === role ? [] : [{ label: "Role", theirs: roleName(theirs), yours: roleName(role) }]
              }
              load={() => {
                setChosen(theirs);
                setTheirs(null);
              }}
              overwrite={() => void save()}
              busy={busy}
            />
          )}
          <Choice
            label="Role"
            value={role}
            onValueChange={setChosen}
            options={ROLES.filter((one) => one.value !== "customer").map((one) =>
              one.value === "tenant_owner" && !owner
                ? { ...one, disabled: true, description: "Only an owner makes another one." }
                : one,
            )}
          />
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button
              look="main"
              busy={busy}
              disabled={role === seen.data.data.role}
              onClick={() => void save()}
            >
              Save
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
