import { useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { fieldErrors } from "@/api/problem/problem";
import { Card } from "@/components/ui/card/card";
import { Conflict } from "@/components/ui/conflict/conflict";
import { TextField } from "@/components/ui/field/field";
import { SaveBar } from "@/components/ui/save-bar/save-bar";
import { Select } from "@/components/ui/select/select";
import { FormProblem } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { takeBack } from "@/features/edit/take-back";
import { differences } from "@/features/edit/use-edit";
import type { Settings, SettingsPatch } from "@/features/settings/queries";
import type { SettingsEdit } from "@/features/settings/use-settings";
import { zoneOptions } from "@/features/settings/zones";
import { e164 } from "@/lib/phones/phones";

/** The form's words: every field a text, as the inputs have them. */
const words = (s: Settings) => ({
  company_name: s.company_name,
  industry: s.industry ?? "",
  address: s.address ?? "",
  city: s.city ?? "",
  contact_name: s.contact_name ?? "",
  contact_email: s.contact_email ?? "",
  contact_phone: s.contact_phone ?? "",
  timezone: s.timezone,
  retention: {
    audio_days: String(s.retention.audio_days),
    transcript_days: String(s.retention.transcript_days),
    call_days: String(s.retention.call_days),
  },
});
type Words = ReturnType<typeof words>;

const FIELDS = [
  "company_name",
  "industry",
  "address",
  "city",
  "contact_name",
  "contact_email",
  "contact_phone",
  "timezone",
  "retention.audio_days",
  "retention.transcript_days",
  "retention.call_days",
] as const;

const NAMES: readonly { label: string; of: (w: Words) => string }[] = [
  { label: "Company name", of: (w) => w.company_name },
  { label: "Trade", of: (w) => w.industry },
  { label: "Address", of: (w) => w.address },
  { label: "City", of: (w) => w.city },
  { label: "Contact", of: (w) => w.contact_name },
  { label: "Contact's e-mail", of: (w) => w.contact_email },
  { label: "Contact's phone", of: (w) => w.contact_phone },
  { label: "Time zone", of: (w) => w.timezone },
  { label: "Recordings are kept", of: (w) => `${w.retention.audio_days} days` },
  { label: "Transcripts are kept", of: (w) => `${w.retention.transcript_days} days` },
  { label: "Calls are kept", of: (w) => `${w.retention.call_days} days` },
];

const KEPT = [
  ["audio_days", "Recordings"],
  ["transcript_days", "Transcripts"],
  ["call_days", "Facts of calls"],
] as const;

function patchOf(w: Words): SettingsPatch {
  const or = (text: string) => text.trim() || null;
  return {
    company_name: w.company_name.trim(),
    industry: or(w.industry),
    address: or(w.address),
    city: or(w.city),
    contact_name: or(w.contact_name),
    contact_email: or(w.contact_email),
    contact_phone: w.contact_phone.trim() ? e164(w.contact_phone) : null,
    timezone: w.timezone,
    retention: {
      audio_days: Number(w.retention.audio_days),
      transcript_days: Number(w.retention.transcript_days),
      call_days: Number(w.retention.call_days),
    },
  };
}

/** Who the business is, where its clock stands, and how long things are kept. */
export function CompanyForm({ edit }: { edit: SettingsEdit }) {
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<Words>({ defaultValues: words(edit.seen.data), disabled: !edit.allowed });
  // `dirtyFields` is looked at so that a reset knows them.
  const { errors, isSubmitting, isDirty, dirtyFields: _ } = form.formState;
  const putBack = (was: Words) =>
    takeBack("The company is as it was", async () => {
      await edit.turn(patchOf(was));
      // What was typed since is still to be saved.
      form.reset(was, { keepDirtyValues: true });
    });
  const attempt = async (work: () => Promise<Settings | null>) => {
    setProblem(null);
    const was = words((edit.clash?.saved ?? edit.seen).data);
    try {
      const saved = await work();
      if (!saved) return;
      form.reset(words(saved));
      toast({ text: "Company saved", undo: () => void putBack(was) });
    } catch (error) {
      setProblem(fieldErrors(error, FIELDS, form.setError));
    }
  };
  const save = form.handleSubmit((typed) => attempt(() => edit.save(patchOf(typed))));
  const days = {
    required: "Type a number of days.",
    pattern: { value: /^\d+$/, message: "A whole number." },
  };
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-5">
      <Unsaved when={isDirty && !isSubmitting} />
      {edit.clash && (
        <Conflict
          rows={differences(words(edit.clash.saved.data), form.getValues(), NAMES)}
          load={() => form.reset(words(edit.takeSaved()))}
          overwrite={() => void attempt(edit.overwrite)}
          busy={isSubmitting}
        />
      )}
      <FormProblem>{problem}</FormProblem>
      <Card title="Company">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Company name"
            autoComplete="organization"
            error={errors.company_name?.message}
            {...form.register("company_name", { required: "Type the company's name." })}
          />
          <TextField
            label="Trade"
            placeholder="Dentist"
            error={errors.industry?.message}
            {...form.register("industry")}
          />
          <TextField
            label="Address"
            className="sm:col-span-2"
            hint="The agent tells it to callers who ask."
            autoComplete="street-address"
            error={errors.address?.message}
            {...form.register("address")}
          />
          <TextField label="City" error={errors.city?.message} {...form.register("city")} />
          <Controller
            control={form.control}
            name="timezone"
            render={({ field }) => (
              <Select
                label="Time zone"
                hint="Business hours and every time on these pages are in it."
                options={zoneOptions(field.value)}
                value={field.value}
                onValueChange={field.onChange}
                disabled={!edit.allowed}
                error={errors.timezone?.message}
              />
            )}
          />
        </div>
      </Card>
      <Card title="Contact">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Name"
            autoComplete="name"
            error={errors.contact_name?.message}
            {...form.register("contact_name")}
          />
          <TextField
            label="E-mail"
            type="email"
            autoComplete="email"
            error={errors.contact_email?.message}
            {...form.register("contact_email")}
          />
          <TextField
            label="Phone"
            type="tel"
            autoComplete="tel"
            error={errors.contact_phone?.message}
            {...form.register("contact_phone")}
          />
        </div>
      </Card>
      <Card title="How long things are kept">
        <div className="grid gap-4 sm:grid-cols-3">
          {KEPT.map(([name, label]) => (
            <TextField
              key={name}
              label={`${label}, in days`}
              inputMode="numeric"
              error={errors.retention?.[name]?.message}
              {...form.register(`retention.${name}`, days)}
            />
          ))}
        </div>
        <p className="mt-3 text-sm text-faint">
          1 to 3650 days. What is older is deleted for good. The facts are when, who and how long.
        </p>
      </Card>
      {edit.allowed && (
        <SaveBar dirty={isDirty} busy={isSubmitting} discard={() => form.reset(words(edit.seen.data))} />
      )}
    </form>
  );
}
