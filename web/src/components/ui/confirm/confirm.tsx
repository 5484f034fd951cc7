import { AlertDialog as Parts } from "radix-ui";
import { type ReactNode, useId, useState } from "react";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { Failure } from "@/components/ui/states/states";

interface Props {
  title: string;
  /** What will happen, and whether it can be taken back. */
  description: ReactNode;
  /** The words of the button that does it: "Release number". */
  action: string;
  onConfirm: () => void;
  cancel: () => void;
  cancelWord?: string;
  /** It cannot be taken back, or somebody is hurt by it. */
  grave?: boolean;
  /** Has to be typed before it is done. */
  typed?: string;
  typedLabel?: string;
  busy?: boolean;
  /** Why it was not done. */
  error?: unknown;
  children?: ReactNode;
}

/** Asks before something is done. It is there while it is rendered. The focus begins on the harmless answer. */
export function Confirm({
  title,
  description,
  action,
  onConfirm,
  cancel,
  cancelWord = "Cancel",
  grave,
  typed,
  typedLabel,
  busy,
  error,
  children,
}: Props) {
  const form = useId();
  const [text, setText] = useState("");
  const ready = typed === undefined || text.trim() === typed;
  return (
    <Parts.Root open onOpenChange={(open) => !open && !busy && cancel()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Parts.Content className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-md -translate-1/2 flex-col gap-4 overflow-y-auto rounded-xl border border-line bg-panel p-5 shadow-xl">
          <div className="flex flex-col gap-1">
            <Parts.Title className="text-lg font-semibold" dir="auto">
              {title}
            </Parts.Title>
            <Parts.Description asChild>
              <div className="text-faint">{description}</div>
            </Parts.Description>
          </div>
          {Boolean(error) && <Failure error={error} what="It was not done" />}
          <form
            id={form}
            className="flex flex-col gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              // React hands it on to the form that this dialog was opened from.
              event.stopPropagation();
              if (ready && !busy) onConfirm();
            }}
          >
            {children}
            {typed !== undefined && (
              <TextField
                label={typedLabel ?? `Type ${typed} to go on`}
                value={text}
                onChange={(event) => setText(event.target.value)}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
              />
            )}
          </form>
          <div className="flex flex-wrap justify-end gap-2">
            <Parts.Cancel asChild>
              <Button disabled={busy}>{cancelWord}</Button>
            </Parts.Cancel>
            <Button
              type="submit"
              form={form}
              look={grave ? "bad" : "main"}
              busy={busy ?? false}
              disabled={!ready}
            >
              {action}
            </Button>
          </div>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
