import { cn } from "@/lib/cn/cn";

const OURS = "/icon.svg";

/** The tenant's logo, or ours: also where the tenant's is no picture, rather than a broken one. */
export function Logo({ own, className }: { own: string | null; className?: string }) {
  return (
    <img
      src={own ?? OURS}
      alt=""
      className={cn("object-contain", className)}
      onError={(event) => {
        if (!event.currentTarget.src.endsWith(OURS)) event.currentTarget.src = OURS;
      }}
    />
  );
}
