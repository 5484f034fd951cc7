import { AudioLines } from "lucide-react";
import { Badge } from "@/components/ui/badge/badge";
import { Empty } from "@/components/ui/states/states";
import type { Recording } from "@/features/calls/queries";
import { sentence } from "@/features/calls/words";
import { bytes, clock } from "@/lib/numbers/numbers";

/** What was recorded. The API lists recordings and does not serve their sound: nothing here can be played. */
export function Recordings({ recordings }: { recordings: Recording[] }) {
  if (recordings.length === 0) {
    return (
      <Empty icon={AudioLines} title="No recording">
        The line does not record, or what was recorded has been deleted.
      </Empty>
    );
  }
  return (
    <ul className="divide-y divide-line">
      {recordings.map((recording) => (
        <li key={recording.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
          <AudioLines className="size-4 text-faint" aria-hidden />
          <span className="font-medium">{sentence(recording.kind)}</span>
          <span className="text-faint">
            {recording.duration_ms != null && `${clock(recording.duration_ms)} · `}
            {recording.channels === 2 ? "caller left, agent right" : "one channel"}
            {recording.bytes != null && ` · ${bytes(recording.bytes)}`}
          </span>
          {!recording.complete && <Badge tone="accent">being written</Badge>}
        </li>
      ))}
    </ul>
  );
}
