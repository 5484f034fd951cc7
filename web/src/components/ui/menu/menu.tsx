import { DropdownMenu as Parts } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/lib/cn/cn";

const item =
  "flex min-h-9 items-center gap-2 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-accent-soft [&_svg]:size-4 [&_svg]:shrink-0";

/**
 * A button that opens a list of things to do. `trigger` is the button. The list stands beside it, not at the end
 * of the page: what is outside of every landmark is not found by who goes from one to the next.
 */
export function Menu({
  trigger,
  children,
  label,
}: {
  trigger: ReactNode;
  children: ReactNode;
  label: string;
}) {
  return (
    <Parts.Root modal={false}>
      <Parts.Trigger asChild>{trigger}</Parts.Trigger>
      <Parts.Content
        aria-label={label}
        align="end"
        sideOffset={6}
        collisionPadding={8}
        className="z-30 max-h-[70dvh] min-w-52 max-w-80 overflow-y-auto rounded-xl border border-line bg-panel p-1.5 text-left text-base font-normal whitespace-normal text-ink shadow-lg print:hidden"
      >
        {children}
      </Parts.Content>
    </Parts.Root>
  );
}

export function MenuItem({ className, ...rest }: ComponentProps<typeof Parts.Item>) {
  return <Parts.Item className={cn(item, className)} {...rest} />;
}

export function MenuChoice({ className, children, ...rest }: ComponentProps<typeof Parts.RadioItem>) {
  return (
    <Parts.RadioItem className={cn(item, "justify-between", className)} {...rest}>
      <span className="flex items-center gap-2">{children}</span>
      <Parts.ItemIndicator aria-hidden>✓</Parts.ItemIndicator>
    </Parts.RadioItem>
  );
}

export const MenuChoices = Parts.RadioGroup;

export function MenuLabel({ className, ...rest }: ComponentProps<typeof Parts.Label>) {
  return <Parts.Label className={cn("px-2.5 py-1.5 text-sm text-faint", className)} {...rest} />;
}

export function MenuLine() {
  return <Parts.Separator className="my-1.5 border-t" />;
}
