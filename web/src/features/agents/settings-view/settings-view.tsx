import type { Settings } from "@/features/agents/queries";
import { parts } from "@/features/agents/words";
import { cn } from "@/lib/cn/cn";

/** All that a version says, to be read. */
export function SettingsView({ settings }: { settings: Settings }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
      {parts(settings).map(({ name, long, read }) => {
        const text = read(settings);
        return (
          <div key={name} className={cn(long && "sm:col-span-2")}>
            <dt className="text-sm text-faint">{name}</dt>
            <dd
              dir="auto"
              className={cn("whitespace-pre-wrap", long && "max-h-72 overflow-y-auto rounded-lg")}
              // A text that scrolls is reached by keyboard.
              {...(long && text.length > 400 ? { tabIndex: 0 } : {})}
            >
              {name === "Vocabulary" ? text.split("\n").join(", ") || "None" : text || "None"}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
