/** Rows and columns. Wider than the page, they scroll by themselves, by keyboard too. */
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { type ComponentProps, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { cn } from "@/lib/cn/cn";

interface Props {
  /** What the table holds. Heard, not seen. */
  caption: string;
  /** Its rows of <Th>. */
  head: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Table({ caption, head, children, className }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box) return;
    const measure = () => setWide(box.scrollWidth > box.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  // What scrolls can be reached by key; what does not is no stop on the way.
  const scrolls = wide ? { role: "group", "aria-label": caption, tabIndex: 0 } : {};
  return (
    <div ref={frame} {...scrolls} className="relative overflow-x-auto rounded-lg">
      <table className={cn("w-full text-left", className)}>
        <caption className="sr-only">{caption}</caption>
        <thead className="text-sm text-faint">
          <tr className="border-b border-line">{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export type Direction = "ascending" | "descending";

interface ThProps extends ComponentProps<"th"> {
  /** How the table is ordered by this column; `null`: it could be, and is not. */
  sorted?: Direction | null;
  onSort?: () => void;
}

export function Th({ sorted, onSort, className, children, ...rest }: ThProps) {
  const Icon = sorted === "ascending" ? ArrowUp : sorted === "descending" ? ArrowDown : ChevronsUpDown;
  return (
    <th
      scope="col"
      aria-sort={onSort ? (sorted ?? "none") : undefined}
      className={cn("px-3 py-2 font-medium", className)}
      {...rest}
    >
      {onSort ? (
        <button
          type="button"
          onClick={onSort}
          className="-mx-1 inline-flex min-h-6 items-center gap-1 rounded px-1 hover:text-ink"
        >
          {children}
          <Icon className={cn("size-3.5", !sorted && "opacity-60")} aria-hidden />
        </button>
      ) : (
        children
      )}
    </th>
  );
}

export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return (
    <tr className={cn("border-b border-line last:border-0 hover:bg-accent-soft/50", className)} {...rest} />
  );
}

export function Td({ className, ...rest }: ComponentProps<"td">) {
  return <td className={cn("px-3 py-2.5", className)} {...rest} />;
}
