import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AudioLines, Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Empty } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { callKeys } from "@/features/calls/keys";
import type { Recording } from "@/features/calls/queries";
import { sentence } from "@/features/calls/words";
import { dateTime } from "@/lib/dates/dates";
import { bytes, clock } from "@/lib/numbers/numbers";

interface Props {
  callId: string;
  recordings: Recording[];
  live: boolean;
  zone: string;
  played: string | undefined;
  /** Chooses the one that is played, where there are several. */
  play?: (id: string) => void;
}

/** What was recorded, and what became of it. */
export function Recordings({ callId, recordings, live, zone, played, play }: Props) {
  const me = useQuery(meQuery).data;
  const [asking, setAsking] = useState<Recording | null>(null);
  if (recordings.length === 0) {
    return (
      <Empty icon={AudioLines} title="No recording">
        The line does not record. Its settings say whether it does.
      </Empty>
    );
  }
  return (
    <>
      <ul className="divide-y divide-line">
        {recordings.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
            <AudioLines className="size-4 shrink-0 text-faint" aria-hidden />
            <span className="min-w-0 flex-1">
              <span className="font-medium">{sentence(one.kind)}</span>{" "}
              {!one.purged_at && !one.complete && (
                <Badge tone={live ? "accent" : "warn"}>{live ? "being recorded" : "incomplete"}</Badge>
              )}
              <span className="block text-sm text-faint">{about(one, zone)}</span>
            </span>
            {play && one.kind === "conversation" && !one.purged_at && (
              <Button size="small" aria-pressed={one.id === played} onClick={() => play(one.id)}>
                <Play aria-hidden /> Play this
              </Button>
            )}
            {me && may(me, "admin") && !one.purged_at && one.complete && (
              <Button
                look="quiet"
                size="icon"
                aria-label={`Delete the ${sentence(one.kind).toLowerCase()} recording`}
                onClick={() => setAsking(one)}
              >
                <Trash2 aria-hidden />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asking && <Purge callId={callId} recording={asking} done={() => setAsking(null)} />}
    </>
  );
}

function about(one: Recording, zone: string): string {
  if (one.purged_at) return `Its sound was deleted on ${dateTime(one.purged_at, zone)}.`;
  const parts = [
    one.duration_ms == null ? null : clock(one.duration_ms),
    one.channels === 2 ? "caller left, agent right" : "one channel",
    one.bytes == null ? null : bytes(one.bytes),
    one.kind === "conversation" ? null : "kept by the carrier",
  ];
  return parts.filter(Boolean).join(" · ");
}

function Purge({ callId, recording, done }: { callId: string; recording: Recording; done: () => void }) {
  const client = useQueryClient();
  const purge = useMutation({
    mutationFn: () =>
      ask(
        api.DELETE("/calls/{id}/recordings/{recording_id}", {
          params: { path: { id: callId, recording_id: recording.id } },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: callKeys.recordings(callId) });
      toast({ text: "The recording is deleted." });
      done();
    },
  });
  return (
    <Confirm
      title="Delete this recording?"
      description="Its sound is gone for good. The transcript and everything else about the call stay."
      action="Delete recording"
      grave
      busy={purge.isPending}
      error={purge.error}
      onConfirm={() => purge.mutate()}
      cancel={done}
    />
  );
}
