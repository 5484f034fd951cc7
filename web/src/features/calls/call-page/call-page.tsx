import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, MessagesSquare } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Card } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { Tabs } from "@/components/ui/tabs/tabs";
import { may, meQuery } from "@/features/auth/queries";
import { CallHead } from "@/features/calls/call-head/call-head";
import { CallTable } from "@/features/calls/call-table/call-table";
import { Correction } from "@/features/calls/correction/correction";
import { ExportMenu } from "@/features/calls/export-menu/export-menu";
import { Find } from "@/features/calls/find/find";
import { Latency } from "@/features/calls/latency/latency";
import { Notes } from "@/features/calls/notes/notes";
import { Player, PlayerContext } from "@/features/calls/player/player";
import { PlayerBar } from "@/features/calls/player-bar/player-bar";
import {
  type CallDetail,
  callQuery,
  eventsQuery,
  latencyQuery,
  type Recording,
  recordingsQuery,
  relatedQuery,
  soundQuery,
  type Turn,
  turnsQuery,
} from "@/features/calls/queries";
import { Recordings } from "@/features/calls/recordings/recordings";
import { Share } from "@/features/calls/share/share";
import { Tags } from "@/features/calls/tags/tags";
import { Timeline } from "@/features/calls/timeline/timeline";
import { Transcript } from "@/features/calls/transcript/transcript";
import { isLive } from "@/features/calls/words";
import { useZone } from "@/features/use-zone/use-zone";

/** An empty list is nothing to print. */
const HAS_ANY_ON_PAPER = "print:not-has-[li]:hidden";

export function CallPage({ id, atMs }: { id: string; atMs: number | null }) {
  const call = useQuery(callQuery(id));
  if (call.data) return <Whole call={call.data} atMs={atMs} />;
  return (
    <>
      <h1 className="sr-only">Call</h1>
      {call.isPending ? (
        <Waiting rows={8} what="Loading the call" />
      ) : (
        <Failure error={call.error} retry={() => void call.refetch()} />
      )}
    </>
  );
}

type Part = "transcript" | "latency" | "events";

function Whole({ call, atMs }: { call: CallDetail; atMs: number | null }) {
  const id = call.id;
  const zone = useZone();
  const live = isLive(call.status);
  const turns = useQuery(turnsQuery(id));
  const events = useQuery(eventsQuery(id));
  const recordings = useQuery(recordingsQuery(id));
  const [part, setPart] = useState<Part>("transcript");
  const [wanted, setWanted] = useState<string>();
  const playable = live ? [] : (recordings.data ?? []).filter(canPlay);
  const recording = playable.find((one) => one.id === wanted) ?? playable[0];
  const { player, failed, again } = useSound(call, recording);
  useEffect(() => {
    if (player && atMs !== null) player.seek(atMs);
  }, [player, atMs]);

  const me = useQuery(meQuery).data;
  const corrects = !live && me !== undefined && may(me, "user");
  const [corrected, setCorrected] = useState<Turn | null>(null);
  const said = useRef<HTMLDivElement>(null);
  const transcript = (
    <Loaded of={turns}>
      {(all) =>
        all.length === 0 ? (
          <Empty icon={MessagesSquare} title={live ? "Nobody has spoken yet" : "There is no transcript"}>
            {live ? "Turns appear here as they are over." : "Nobody spoke with the agent in this call."}
          </Empty>
        ) : (
          <div ref={said}>
            <Find within={said} of={all} />
            <Transcript
              callId={id}
              turns={all}
              events={events.data ?? []}
              atMs={atMs}
              live={live}
              {...(corrects ? { correct: setCorrected } : {})}
            />
          </div>
        )
      }
    </Loaded>
  );
  return (
    <PlayerContext.Provider value={player}>
      <Link
        to="/calls"
        className="mb-2 inline-flex min-h-6 items-center gap-1 text-faint hover:underline print:hidden"
      >
        <ArrowLeft className="size-4" aria-hidden /> Calls
      </Link>
      <CallHead
        call={call}
        turns={turns.data ?? []}
        zone={zone}
        actions={
          <>
            <Share callId={id} zone={zone} recorded={recording?.complete === true} />
            <ExportMenu callId={id} recording={recording?.id} live={live} />
          </>
        }
      />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Card aria-label="What happened">
          <Tabs<Part>
            label="Parts of the call"
            value={part}
            onValueChange={setPart}
            keep
            tabs={[
              { value: "transcript", label: "Transcript", content: transcript },
              {
                value: "latency",
                label: "Response times",
                content: <Loaded of={turns}>{(all) => <Times callId={id} turns={all} />}</Loaded>,
              },
              {
                value: "events",
                label: "Events",
                content: <Loaded of={events}>{(all) => <Timeline events={all} zone={zone} />}</Loaded>,
              },
            ]}
          />
        </Card>
        <div className="flex min-w-0 flex-col gap-5">
          <Card title="Tags" className={HAS_ANY_ON_PAPER}>
            <Tags callId={id} tags={call.tags} />
          </Card>
          <Card title="Notes" className={HAS_ANY_ON_PAPER}>
            <Notes callId={id} zone={zone} />
          </Card>
          <Card title="Recordings" className="print:hidden">
            <Loaded of={recordings}>
              {(all) => (
                <Recordings
                  callId={id}
                  recordings={all}
                  live={live}
                  zone={zone}
                  played={recording?.id}
                  {...(playable.length > 1 ? { play: setWanted } : {})}
                />
              )}
            </Loaded>
          </Card>
          <Card title="Related calls" className="print:hidden">
            <Related callId={id} zone={zone} />
          </Card>
        </div>
      </div>
      {corrected && <Correction callId={id} turn={corrected} done={() => setCorrected(null)} />}
      {failed !== null && <Failure error={failed} what="The recording cannot be played" retry={again} />}
      {recording && player && (
        <PlayerBar
          key={recording.id}
          callId={id}
          recording={recording}
          player={player}
          turns={turns.data ?? []}
        />
      )}
    </PlayerContext.Provider>
  );
}

const DAYS = 30;

/** The call's response times beside those of the tenant. */
function Times({ callId, turns }: { callId: string; turns: Turn[] }) {
  const all = useQuery(latencyQuery(DAYS)).data;
  const of = (which: "p50_ms" | "p95_ms") =>
    all && {
      endpoint_ms: all.endpoint[which] ?? null,
      asr_final_ms: all.asr_final[which] ?? null,
      llm_first_token_ms: all.llm_first_token[which] ?? null,
      tts_first_byte_ms: all.tts_first_byte[which] ?? null,
      first_frame_ms: all.first_frame[which] ?? null,
    };
  const p50 = of("p50_ms");
  const p95 = of("p95_ms");
  return (
    <Latency callId={callId} turns={turns} {...(p50 && p95 ? { tenant: { days: DAYS, p50, p95 } } : {})} />
  );
}

/** The latest calls of the same caller. */
function Related({ callId, zone }: { callId: string; zone: string }) {
  const related = useQuery(relatedQuery(callId));
  return (
    <Loaded of={related}>
      {(calls) =>
        calls.length === 0 ? (
          <p className="text-faint">No other call of this number.</p>
        ) : (
          <CallTable calls={calls} zone={zone} />
        )
      }
    </Loaded>
  );
}

/** Sound that this server has; forwarded legs and voicemail are kept by the carrier. */
const canPlay = (recording: Recording): boolean =>
  recording.kind === "conversation" && !recording.purged_at && (recording.duration_ms ?? 1) > 0;

/** The player of a recording, once there is a link to its sound. */
function useSound(call: CallDetail, recording: Recording | undefined) {
  const link = useQuery({
    ...soundQuery(call.id, recording?.id ?? ""),
    enabled: recording !== undefined,
  });
  const [broken, setBroken] = useState(false);
  const first = recording?.created_at;
  const length = recording?.duration_ms ?? call.duration_ms ?? 0;
  // A call that went on in another stream has a recording of each, on the clock of the call.
  const offset = first && recording?.id ? laterBy(call, first) : 0;
  const id = recording?.id;
  const player = useMemo(() => (id ? new Player(offset, length) : null), [id, offset, length]);
  const url = link.data?.url;
  useEffect(() => {
    if (!player || !url) return;
    const at = player.ms;
    setBroken(false);
    player.sound.src = url;
    player.seek(at);
    const fails = () => setBroken(true);
    player.sound.addEventListener("error", fails);
    return () => {
      player.sound.removeEventListener("error", fails);
      player.stop();
    };
  }, [player, url]);
  return {
    player,
    failed: link.isError ? link.error : broken ? new TypeError() : null,
    again: () => void link.refetch(),
  };
}

/** Streams that begin with the call are its beginning, however long it rang. */
const SAME_MS = 30_000;
function laterBy(call: CallDetail, createdAt: string): number {
  const later = Date.parse(createdAt) - Date.parse(call.started_at);
  return later > SAME_MS ? later : 0;
}

interface LoadedProps<T> {
  of: { data: T | undefined; error: unknown; isError: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

function Loaded<T>({ of, children }: LoadedProps<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.isError) return <Failure error={of.error} retry={() => void of.refetch()} />;
  return <Waiting rows={4} />;
}
