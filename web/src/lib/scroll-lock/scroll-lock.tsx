import type { Slot } from "radix-ui";
import type { ReactNode } from "react";

/**
 * Stands in for react-remove-scroll, which Radix's dialogs use: it locks the page's scroll with <style>
 * elements, and the content security policy allows none. Here `html:has([role=dialog])` in styles.css does it.
 */
export function RemoveScroll({
  as: Part,
  children,
}: {
  as?: typeof Slot.Root;
  allowPinchZoom?: boolean;
  shards?: unknown[];
  children?: ReactNode;
}) {
  return Part ? <Part>{children}</Part> : children;
}
