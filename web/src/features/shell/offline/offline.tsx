import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";

function subscribe(told: () => void): () => void {
  window.addEventListener("online", told);
  window.addEventListener("offline", told);
  return () => {
    window.removeEventListener("online", told);
    window.removeEventListener("offline", told);
  };
}

/** Told while there is no connection; what is on the page stays. */
export function Offline() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {!online && (
        <p className="flex items-center justify-center gap-2 bg-bad-soft px-4 py-1.5 text-bad">
          <WifiOff className="size-4 shrink-0" aria-hidden />
          No connection. What you see may be old; it is renewed as soon as the connection is back.
        </p>
      )}
    </div>
  );
}
