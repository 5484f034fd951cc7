import type { FieldErrors, UseFormReturn } from "react-hook-form";
import { SelectField, TextArea, TextField } from "@/components/ui/field/field";
import { ENDING_OPTIONS, type EndingWords, type LineWords } from "@/features/lines/words";

interface Props {
  form: UseFormReturn<LineWords>;
  name: "fallback" | "overflow";
  label: string;
  hint: string;
  /** What it means that nothing is chosen; without it something has to be. */
  none?: string;
}

/** What a caller gets in place of an answer. */
export function FallbackFields({ form, name, label, hint, none }: Props) {
  const kind = form.watch(`${name}.kind`);
  const errors = form.formState.errors[name] as FieldErrors<EndingWords> | undefined;
  return (
    <div className="flex flex-col gap-3">
      <SelectField label={label} hint={hint} error={errors?.kind?.message} {...form.register(`${name}.kind`)}>
        {none && <option value="none">{none}</option>}
        {ENDING_OPTIONS.map((ending) => (
          <option key={ending.value} value={ending.value}>
            {ending.label}
          </option>
        ))}
      </SelectField>
      {kind === "forward" && (
        <TextField
          label="Forwarded to"
          placeholder="(918) 555-0199 or sip:desk@example.com"
          error={errors?.to?.message}
          {...form.register(`${name}.to`, { required: "Say where to." })}
        />
      )}
      {kind === "message" && (
        <TextArea
          label="Announcement"
          error={errors?.text?.message}
          {...form.register(`${name}.text`, { required: "Say what the caller hears." })}
        />
      )}
    </div>
  );
}
