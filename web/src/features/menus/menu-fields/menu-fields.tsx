import { TextArea, TextField } from "@/components/ui/field/field";
import type { Menu } from "@/features/menus/draft";

interface Props {
  menu: Menu;
  change: (part: Partial<Menu>, field: string) => void;
  disabled: boolean;
}

/** What a menu says, and how long it waits. */
export function MenuFields({ menu, change, disabled }: Props) {
  const text = (field: "name" | "prompt" | "no_input_prompt" | "no_match_prompt", maxLength: number) => ({
    value: menu[field] ?? "",
    maxLength,
    disabled,
    onChange: (event: { target: { value: string } }) => change({ [field]: event.target.value }, field),
  });
  return (
    <div className="flex flex-col gap-4">
      <TextField label="Name" hint="Callers do not hear it." className="max-w-sm" {...text("name", 100)} />
      <TextArea
        label="Prompt"
        rows={4}
        hint="What the caller hears: say what each key does."
        {...text("prompt", 2000)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextArea
          label="When no key is pressed"
          rows={2}
          hint="Then the prompt comes again."
          {...text("no_input_prompt", 2000)}
        />
        <TextArea
          label="When the key means nothing"
          rows={2}
          hint="Then the prompt comes again."
          {...text("no_match_prompt", 2000)}
        />
        <TextField
          label="Waits for a key, in seconds"
          type="number"
          min={0.5}
          max={60}
          step={0.5}
          value={menu.timeout_ms === undefined ? "" : menu.timeout_ms / 1000}
          disabled={disabled}
          onChange={(event) =>
            change({ timeout_ms: Math.round(Number(event.target.value) * 1000) }, "timeout_ms")
          }
        />
        <TextField
          label="Says it so many times"
          type="number"
          min={1}
          max={10}
          value={menu.max_attempts ?? ""}
          disabled={disabled}
          onChange={(event) => change({ max_attempts: Number(event.target.value) }, "max_attempts")}
        />
      </div>
    </div>
  );
}
