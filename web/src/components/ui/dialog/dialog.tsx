import { X } from "lucide-react";
import { Dialog as Parts } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn/cn";

interface Props {
  open: boolean;
  onOpenChange?: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** It stays until it is answered: no cross, no Escape, no click outside. */
  insists?: boolean;
  hideHeading?: boolean;
  className?: string;
  children: ReactNode;
}

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  insists,
  hideHeading,
  className,
  children,
}: Props) {
  const stay = (event: Event) => insists && event.preventDefault();
  return (
    <Parts.Root open={open} {...(onOpenChange ? { onOpenChange } : {})}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Parts.Content
          onEscapeKeyDown={stay}
          onPointerDownOutside={stay}
          onInteractOutside={stay}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={cn(
            "fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg -translate-1/2 flex-col gap-4 overflow-y-auto rounded-xl border border-line bg-panel p-5 shadow-xl",
            className,
          )}
        >
          <div className={hideHeading ? "sr-only" : "flex flex-col gap-1 pr-8"}>
            <Parts.Title className="text-lg font-semibold">{title}</Parts.Title>
            {description && (
              <Parts.Description className="text-sm text-faint">{description}</Parts.Description>
            )}
          </div>
          {children}
          {!insists && !hideHeading && (
            <Parts.Close
              aria-label="Close"
              className="absolute top-4 right-4 grid size-8 place-items-center rounded-lg hover:bg-accent-soft"
            >
              <X className="size-4" aria-hidden />
            </Parts.Close>
          )}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
