import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Button } from "@/components/ui/button/button";
import { Choice } from "@/components/ui/choice/choice";
import { Copy } from "@/components/ui/copy/copy";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextField } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { keysQuery, SCOPES } from "@/features/keys/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dayStart } from "@/lib/dates/dates";

type Made = components["schemas"]["NewKeyView"];

/** Makes a key and shows it: this once, because the server keeps none. */
export function NewKey({ close }: { close: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={made ? "Your new key" : "New key"}
      insists={made !== null}
    >
      {made ? <Shown made={made} close={close} /> : <Ask made={setMade} close={close} />}
    </Dialog>
  );
}

function Ask({ made, close }: { made: (key: Made) => void; close: () => void }) {
  const client = useQueryClient();
  const zone = useZone();
  const [mode, setMode] = useState<Made["mode"]>("live");
  const [problem, setProblem] = useState<string | null>(null);
  const [key] = useState(once);
  const form = useForm<{ name: string; scopes: string[]; until: string }>({
    defaultValues: { name: "", scopes: [], until: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const make = form.handleSubmit(async ({ name, scopes, until }) => {
    setProblem(null);
    // Good to the end of the day, as the business counts days.
    const expires_at = until ? dayStart(until, zone, 1).toISOString() : null;
    try {
      const body = { name, scopes, mode, expires_at };
      made(await ask(api.POST("/api-keys", { params: { header: key }, body })));
      await client.invalidateQueries({ queryKey: keysQuery.queryKey });
    } catch (error) {
      setProblem(fieldErrors(error, ["name", "scopes"], form.setError));
    }
  });
  return (
    <form onSubmit={make} noValidate className="flex flex-col gap-4">
      <FormProblem>{problem}</FormProblem>
      <TextField
        label="Name"
        hint="The program that will use it."
        maxLength={100}
        error={errors.name?.message}
        {...form.register("name", { required: "Give it a name." })}
      />
      <Choice
        label="What it reaches"
        value={mode}
        onValueChange={setMode}
        options={[
          { value: "live", label: "Live", description: "Your real calls, contacts and settings." },
          {
            value: "test",
            label: "Test",
            description: "Test calls alone. It changes settings only while you are in the sandbox.",
          },
        ]}
      />
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">What it may do</legend>
        <div className="grid gap-1">
          {SCOPES.map(({ scope, name, about }) => (
            <label key={scope} className="flex min-h-6 items-start gap-2">
              <input
                type="checkbox"
                value={scope}
                className="mt-1 size-4 shrink-0 accent-accent"
                {...form.register("scopes", {
                  validate: (all) =>
                    all.length > 0 || "A key that may nothing is of no use: choose at least one.",
                })}
              />
              <span>
                {name} <span className="text-sm text-faint">{about}</span>
              </span>
            </label>
          ))}
        </div>
        {errors.scopes && (
          <p role="alert" className="mt-1.5 text-sm text-bad">
            {errors.scopes.message}
          </p>
        )}
      </fieldset>
      <TextField
        label="Good until the end of"
        type="date"
        hint="Empty: until it is revoked."
        error={errors.until?.message}
        {...form.register("until", {
          validate: (day) => !day || dayStart(day, zone, 1).getTime() > Date.now() || "This day is over.",
        })}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="main" busy={isSubmitting}>
          Make key
        </Button>
      </div>
    </form>
  );
}

function Shown({ made, close }: { made: Made; close: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      {made.key ? (
        <>
          <p>
            Put it where your program finds it, now. <strong>It is not shown again</strong>, not to you and
            not to us.
          </p>
          <code className="rounded-lg border border-line bg-page p-3 select-all">{made.key}</code>
        </>
      ) : (
        <p role="alert">
          “{made.name}” was made when this was sent the first time, and its text was told to nobody. Revoke it
          and make another.
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {made.key && <Copy text={made.key} label="Copy the key" />}
        <Button look="main" onClick={close}>
          {made.key ? "I have kept it" : "Close"}
        </Button>
      </div>
    </div>
  );
}
