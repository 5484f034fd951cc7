import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, askWithTag, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextArea, TextField } from "@/components/ui/field/field";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { e164 } from "@/lib/phones/phones";

type Contact = components["schemas"]["ContactView"];

/** A new contact, or one that is changed: then with the tag of what was seen, so that nobody's change is lost. */
export function ContactDialog({ id, close }: { id: string | null; close: () => void }) {
  const seen = useQuery({
    queryKey: ["contacts", "one", id],
    queryFn: () => askWithTag(api.GET("/contacts/{id}", { params: { path: { id: id ?? "" } } })),
    enabled: id !== null,
    // What is being edited is not taken away by a newer reading.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={id ? "Edit contact" : "New contact"}>
      {id && seen.isPending ? (
        <Waiting rows={4} />
      ) : id && !seen.data ? (
        <Failure error={seen.error} retry={() => void seen.refetch()} />
      ) : (
        <ContactForm seen={seen.data ?? null} close={close} />
      )}
    </Dialog>
  );
}

interface FormProps {
  seen: { data: Contact; etag: string | undefined } | null;
  close: () => void;
}

function ContactForm({ seen, close }: FormProps) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const [key] = useState(once);
  const form = useForm({
    defaultValues: {
      number: seen?.data.number ?? "",
      name: seen?.data.name ?? "",
      email: seen?.data.email ?? "",
      notes: seen?.data.notes ?? "",
      opted_out: Boolean(seen?.data.opted_out_at),
    },
  });
  const { errors, isSubmitting } = form.formState;
  const over = async () => {
    await client.invalidateQueries({ queryKey: ["contacts", "list"] });
    close();
  };
  const save = form.handleSubmit(async ({ number, name, email, ...rest }) => {
    setProblem(null);
    const body = { name: name.trim() || null, email: email.trim() || null, ...rest };
    try {
      if (seen) {
        const header = seen.etag ? { "If-Match": seen.etag } : {};
        await ask(api.PATCH("/contacts/{id}", { params: { path: { id: seen.data.id }, header }, body }));
      } else {
        await ask(
          api.POST("/contacts", { params: { header: key }, body: { number: e164(number), ...body } }),
        );
      }
      await over();
    } catch (error) {
      setProblem(fieldErrors(error, ["number", "name", "email", "notes", "opted_out"], form.setError));
    }
  });
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-4">
      <FormProblem>{problem}</FormProblem>
      <TextField
        label="Number"
        type="tel"
        readOnly={seen !== null}
        error={errors.number?.message}
        {...form.register("number", { required: "Type the number." })}
      />
      <TextField label="Name" error={errors.name?.message} {...form.register("name")} />
      <TextField label="E-mail" type="email" error={errors.email?.message} {...form.register("email")} />
      <TextArea label="Notes" error={errors.notes?.message} {...form.register("notes")} />
      <label className="flex min-h-6 items-center gap-2">
        <input type="checkbox" className="size-4 accent-accent" {...form.register("opted_out")} />
        Wants no texts
      </label>
      <div className="flex flex-wrap justify-end gap-2">
        {seen && <Delete contact={seen.data} done={over} />}
        <span className="flex-1" />
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="main" busy={isSubmitting}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Delete({ contact, done }: { contact: Contact; done: () => Promise<void> }) {
  const [sure, setSure] = useState(false);
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/contacts/{id}", { params: { path: { id: contact.id } } })),
    onSuccess: done,
  });
  return (
    <>
      {remove.isError && <Failure error={remove.error} what="It was not deleted" />}
      <Button
        look={sure ? "bad" : "quiet"}
        busy={remove.isPending}
        onClick={() => (sure ? remove.mutate() : setSure(true))}
      >
        {sure ? "Delete for good" : "Delete"}
      </Button>
    </>
  );
}
