import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, askWithTag } from "@/api/client/client";
import { explain, fieldErrors, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Conflict } from "@/components/ui/conflict/conflict";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { type Me, meQuery } from "@/features/auth/queries";

export function NameCard({ me }: { me: Me }) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const [theirs, setTheirs] = useState<string | null>(null);
  const form = useForm({ defaultValues: { name: me.name } });
  const { errors, isSubmitting, isDirty } = form.formState;
  const save = (over: boolean) =>
    form.handleSubmit(async (body) => {
      setProblem(null);
      setTheirs(null);
      try {
        // The tag covers all that one is, a sign-in elsewhere too: it is read now, and the name compared.
        const now = await askWithTag(api.GET("/me"));
        if (!over && now.data.name !== me.name) return setTheirs(now.data.name);
        const header = now.etag ? { "If-Match": now.etag } : {};
        const saved = await ask(api.PATCH("/me", { params: { header }, body }));
        client.setQueryData(meQuery.queryKey, saved);
        form.reset({ name: saved.name });
        toast({ text: "Your name is saved." });
      } catch (error) {
        if (error instanceof ProblemError && error.status === 412) setProblem(explain(error));
        else setProblem(fieldErrors(error, ["name"], form.setError));
      }
    });
  return (
    <Card title="Your name">
      <form onSubmit={save(false)} noValidate className="flex flex-col gap-4">
        <FormProblem>{problem}</FormProblem>
        {theirs !== null && (
          <Conflict
            rows={[{ label: "Name", theirs, yours: form.getValues("name") }]}
            load={() => {
              form.reset({ name: theirs });
              setTheirs(null);
            }}
            overwrite={() => void save(true)()}
            busy={isSubmitting}
          />
        )}
        <TextField
          label="Name"
          autoComplete="name"
          maxLength={200}
          dir="auto"
          hint={me.email}
          error={errors.name?.message}
          {...form.register("name", { required: "Type your name." })}
        />
        <Button type="submit" className="self-start" busy={isSubmitting} disabled={!isDirty}>
          Save name
        </Button>
      </form>
    </Card>
  );
}
