import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { searchQuery } from "@/features/calls/queries";
import { dateTime } from "@/lib/dates/dates";
import { clock } from "@/lib/numbers/numbers";

/** Turns in which the words were said; each leads to its place in its call. `alone`: no other filter is chosen. */
export function SearchResults({ q, zone, alone = true }: { q: string; zone: string; alone?: boolean }) {
  const found = useQuery(searchQuery(q));
  if (found.isPending) return <Waiting what="Searching" />;
  if (found.isError) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (found.data.data.length === 0) {
    return (
      <Empty icon={SearchX} title={`Nobody said “${q}”`}>
        Search takes words, "phrases in quotes", or, and -without.
      </Empty>
    );
  }
  return (
    <>
      {!alone && (
        <p className="py-2 text-sm text-faint">Words are looked for in all calls; the other filters wait.</p>
      )}
      <ol className="divide-y divide-line" aria-label="Found in calls">
        {found.data.data.map((turn) => (
          <li key={`${turn.call_id} ${turn.seq}`} className="py-3">
            <Link
              to="/calls/$callId"
              params={{ callId: turn.call_id }}
              search={{ t: turn.start_ms / 1000 }}
              className="group block rounded-lg"
            >
              <span className="text-sm text-faint">
                {dateTime(turn.call_started_at, zone)} · {clock(turn.start_ms)} ·{" "}
                {turn.speaker === "agent" ? "Agent" : "Caller"}
              </span>
              <span className="block group-hover:underline" dir="auto">
                {turn.text}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </>
  );
}
