import { Plus } from "lucide-react";
import { Button } from "@/components/ui/button/button";
import { TextArea, TextField } from "@/components/ui/field/field";
import { Select } from "@/components/ui/select/select";
import { dialled } from "@/features/lines/words";
import { type Action, actionWords, type Menu } from "@/features/menus/draft";

interface Props {
  label: string;
  action: Action;
  menus: readonly Menu[];
  /** `field` names what is typed in, so that typing is one step of undo. */
  change: (action: Action, field?: string) => void;
  /** Makes a menu and leads to it. */
  leadToNew: () => void;
  disabled: boolean;
}

const KINDS = Object.keys(actionWords) as Action["kind"][];

/** What a key does, or what happens without one. */
export function ActionFields({ label, action, menus, change, leadToNew, disabled }: Props) {
  const turn = (kind: Action["kind"]) => {
    if (kind === "dial") return change({ kind, to: "" });
    if (kind === "say") return change({ kind, text: "" });
    if (kind !== "submenu") return change({ kind });
    const first = menus[0];
    return first ? change({ kind, menu_id: first.id }) : leadToNew();
  };
  return (
    <div className="flex flex-col gap-4">
      <Select
        label={label}
        className="max-w-sm"
        options={KINDS.map((kind) => ({ value: kind, label: actionWords[kind] }))}
        value={action.kind}
        onValueChange={turn}
        disabled={disabled}
      />
      {action.kind === "dial" && (
        <TextField
          label="Number to forward to"
          placeholder="(918) 555-0199 or sip:desk@example.com"
          className="max-w-sm"
          value={action.to}
          disabled={disabled}
          onChange={(event) => change({ kind: "dial", to: event.target.value }, "to")}
          onBlur={() =>
            action.to !== dialled(action.to) && change({ kind: "dial", to: dialled(action.to) }, "to")
          }
        />
      )}
      {action.kind === "say" && (
        <TextArea
          label="What the caller hears"
          hint="The menu comes again after it."
          value={action.text}
          maxLength={1000}
          disabled={disabled}
          onChange={(event) => change({ kind: "say", text: event.target.value }, "text")}
        />
      )}
      {action.kind === "submenu" && (
        <div className="flex flex-wrap items-end gap-3">
          <Select
            label="Menu"
            className="max-w-sm flex-1"
            placeholder="Choose a menu"
            options={menus.map((menu) => ({ value: menu.id, label: menu.name || "A menu without a name" }))}
            value={menus.some((menu) => menu.id === action.menu_id) ? action.menu_id : ""}
            onValueChange={(menu_id) => change({ kind: "submenu", menu_id })}
            disabled={disabled}
          />
          {!disabled && (
            <Button onClick={leadToNew}>
              <Plus aria-hidden /> New menu
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
