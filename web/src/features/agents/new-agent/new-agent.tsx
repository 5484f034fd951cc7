import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Choice } from "@/components/ui/choice/choice";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { type Agent, agentKeys } from "@/features/agents/queries";
import { KINDS } from "@/features/agents/words";

/** Makes an agent, fresh or like another, and leads to it. */
export function NewAgent({ agents, close }: { agents: Agent[]; close: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const [kind, setKind] = useState<Agent["kind"]>("booking");
  const [key] = useState(once);
  const form = useForm({ defaultValues: { name: "", like: "" } });
  const { errors, isSubmitting } = form.formState;
  const make = form.handleSubmit(async ({ name, like }) => {
    setProblem(null);
    const settings = agents.find((agent) => agent.id === like)?.settings;
    try {
      const made = await ask(
        api.POST("/agents", {
          params: { header: key },
          body: { name, kind, ...(settings ? { settings } : {}) },
        }),
      );
      await client.invalidateQueries({ queryKey: agentKeys.all });
      await navigate({ to: "/agents/$agentId", params: { agentId: made.id } });
    } catch (error) {
      setProblem(fieldErrors(error, ["name"], form.setError));
    }
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="New agent"
      description="It is there at once. Calls get it when a line or a menu leads to it."
    >
      <form onSubmit={make} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        <TextField
          label="Name"
          hint="For you, to tell your agents apart. What it calls itself is set afterwards."
          error={errors.name?.message}
          maxLength={100}
          {...form.register("name", { required: "Give it a name." })}
        />
        <Choice
          label="What it is for"
          value={kind}
          onValueChange={setKind}
          options={Object.entries(KINDS).map(([value, { name, about }]) => ({
            value: value as Agent["kind"],
            label: name,
            description: about,
          }))}
        />
        {agents.some((agent) => agent.settings) && (
          <SelectField label="Begins" {...form.register("like")}>
            <option value="">Fresh, with the usual settings</option>
            {agents
              .filter((agent) => agent.settings)
              .map((agent) => (
                <option key={agent.id} value={agent.id}>
                  Like {agent.name}
                </option>
              ))}
          </SelectField>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="main" busy={isSubmitting}>
            Make agent
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
