import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, askWithTag } from "@/api/client/client";
import { explain, fieldErrors, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Conflict } from "@/components/ui/conflict/conflict";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { type Agent, agentKeys } from "@/features/agents/queries";

interface Props {
  agent: Agent;
  etag: string | undefined;
  close: () => void;
}

export function Rename({ agent, etag, close }: Props) {
  const client = useQueryClient();
  const [tag, setTag] = useState(etag);
  const [theirs, setTheirs] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({ defaultValues: { name: agent.name } });
  const { errors, isSubmitting } = form.formState;
  const params = { path: { id: agent.id } };
  const look = () =>
    askWithTag(api.GET("/agents/{id}", { params })).then(
      (now) => {
        setTag(now.etag);
        setTheirs(now.data.name);
      },
      (error: unknown) => setProblem(explain(error)),
    );
  const save = form.handleSubmit(async (body) => {
    setProblem(null);
    const header = tag ? { "If-Match": tag } : {};
    try {
      await ask(api.PATCH("/agents/{id}", { params: { ...params, header }, body }));
      await client.invalidateQueries({ queryKey: agentKeys.all });
      close();
    } catch (error) {
      if (error instanceof ProblemError && error.status === 412) await look();
      else setProblem(fieldErrors(error, ["name"], form.setError));
    }
  });
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title="Rename agent">
      <form onSubmit={save} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        {theirs !== null && (
          <Conflict
            rows={
              theirs === form.getValues("name")
                ? []
                : [{ label: "Name", theirs, yours: form.getValues("name") }]
            }
            load={() => {
              form.reset({ name: theirs });
              setTheirs(null);
            }}
            overwrite={() => {
              setTheirs(null);
              void save();
            }}
            busy={isSubmitting}
          />
        )}
        <TextField
          label="Name"
          maxLength={100}
          error={errors.name?.message}
          {...form.register("name", { required: "Give it a name." })}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={isSubmitting}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
