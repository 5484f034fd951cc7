import { Command } from "cmdk";
import type { LucideIcon } from "lucide-react";
import { Dialog } from "@/components/ui/dialog/dialog";

export interface Action {
  group: string;
  name: string;
  icon: LucideIcon;
  run: () => void;
}

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  actions: Action[];
}

/** Everything that can be done from anywhere, by typing some of its name. */
export default function Palette({ open, onOpenChange, actions }: Props) {
  const groups = [...new Set(actions.map((a) => a.group))];
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Commands"
      hideHeading
      className="top-24 translate-y-0 p-0"
    >
      <Command label="Commands" className="flex min-h-0 flex-col">
        <Command.Input
          placeholder="Go to, switch, change…"
          className="h-12 shrink-0 border-b border-line bg-transparent px-4 outline-none placeholder:text-faint"
        />
        <Command.List className="max-h-80 overflow-y-auto p-2">
          <Command.Empty className="p-6 text-center text-faint">Nothing of that name</Command.Empty>
          {groups.map((group) => (
            <Command.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-sm [&_[cmdk-group-heading]]:text-faint"
            >
              {actions
                .filter((a) => a.group === group)
                .map(({ name, icon: Icon, run }) => (
                  <Command.Item
                    key={name}
                    value={`${group} ${name}`}
                    onSelect={() => {
                      onOpenChange(false);
                      run();
                    }}
                    className="flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-3 data-[selected=true]:bg-accent-soft"
                  >
                    <Icon className="size-4 shrink-0" aria-hidden />
                    {name}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}
