import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn/cn";

const looks = cva(
  "inline-flex items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors disabled:opacity-60 disabled:cursor-not-allowed [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      look: {
        main: "bg-accent text-accent-ink hover:opacity-90",
        plain: "border border-line bg-panel hover:bg-accent-soft",
        quiet: "hover:bg-accent-soft",
        bad: "bg-bad text-page hover:opacity-90",
        link: "text-accent underline underline-offset-4",
      },
      size: { normal: "h-9 px-4", small: "h-8 px-3 text-sm", icon: "size-9" },
    },
    defaultVariants: { look: "plain", size: "normal" },
  },
);

interface Props extends ComponentProps<"button">, VariantProps<typeof looks> {
  /** The only child becomes the button: a link that looks like one. */
  asChild?: boolean;
  /** Something is under way; it cannot be pressed again. */
  busy?: boolean;
}

export function Button({ look, size, asChild, busy, className, children, disabled, ...rest }: Props) {
  const classes = cn(looks({ look, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type="button" className={classes} disabled={disabled || busy} aria-busy={busy} {...rest}>
      {busy && <LoaderCircle className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}
