import { useBlocker } from "@tanstack/react-router";
import { Confirm } from "@/components/ui/confirm/confirm";

/** While `when`, whoever leaves the page is asked first: by a dialog inside the dashboard, by the browser else. */
export function Unsaved({ when }: { when: boolean }) {
  const { status, proceed, reset } = useBlocker({
    // What only changes the address's parameters stays on the page.
    shouldBlockFn: ({ current, next }) => when && current.pathname !== next.pathname,
    enableBeforeUnload: when,
    withResolver: true,
  });
  if (status !== "blocked") return null;
  return (
    <Confirm
      title="Leave without saving?"
      description="What you changed on this page is not saved yet."
      action="Leave"
      cancelWord="Stay"
      grave
      onConfirm={proceed}
      cancel={reset}
    />
  );
}
