import { useQuery } from "@tanstack/react-query";
import { Link2Off, MessagesSquare } from "lucide-react";
import { useRef } from "react";
import { api, ask } from "@/api/client/client";
import { ProblemError } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { StatusBadge } from "@/features/calls/call-table/call-table";
import { cn } from "@/lib/cn/cn";
import { dateTime } from "@/lib/dates/dates";
import { clock } from "@/lib/numbers/numbers";

type Shared = components["schemas"]["SharedCallView"];

/** A call for somebody who was given its link, and has no login. */
export function SharedCall({ token }: { token: string }) {
  const shared = useQuery({
    queryKey: ["shared", token],
    queryFn: () => ask(api.GET("/shared/{token}", { params: { path: { token } } })),
    staleTime: 5 * 60_000,
  });
  const over = shared.error instanceof ProblemError && shared.error.status === 404;
  return (
    <main className="mx-auto max-w-4xl p-4 sm:p-6">
      {shared.isPending ? (
        <Waiting rows={6} what="Loading the call" />
      ) : shared.data ? (
        <Call call={shared.data} />
      ) : over ? (
        <>
          <h1 className="sr-only">A shared call</h1>
          <Card>
            <Empty icon={Link2Off} title="This link shows nothing any more">
              It is over, or was ended. Ask whoever sent it for another.
            </Empty>
          </Card>
        </>
      ) : (
        <>
          <h1 className="sr-only">A shared call</h1>
          <Failure error={shared.error} retry={() => void shared.refetch()} />
        </>
      )}
    </main>
  );
}

function Call({ call }: { call: Shared }) {
  const sound = useRef<HTMLAudioElement>(null);
  const zone = call.timezone;
  const play = (ms: number) => {
    if (!sound.current) return;
    sound.current.currentTime = ms / 1000;
    void sound.current.play().catch(() => undefined);
  };
  const facts = [
    ["From", call.from ?? "Unknown number"],
    ["To", call.to ?? "Unknown number"],
    ["Began", dateTime(call.started_at, zone)],
    ["Duration", call.duration_ms == null ? "–" : clock(call.duration_ms)],
  ];
  return (
    <>
      <PageHead
        title={<bdi>{`Call with ${call.company_name}`}</bdi>}
        about={
          <span className="flex flex-wrap items-center gap-2">
            {call.direction === "outbound" ? "Outbound call" : "Inbound call"}{" "}
            <StatusBadge status={call.status} /> Times are in {zone.replaceAll("_", " ")}. This link is good
            until {dateTime(call.expires_at, zone)}.
          </span>
        }
      />
      <Card className="mb-5" aria-label="About the call">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 md:grid-cols-4">
          {facts.map(([name, value]) => (
            <div key={name} className="min-w-0">
              <dt className="text-sm text-faint">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card title="Transcript">
        {call.recording && (
          // biome-ignore lint/a11y/useMediaCaption: the transcript below it is what is said
          <audio
            ref={sound}
            controls
            preload="metadata"
            src={call.recording.url}
            aria-label="Recording"
            className="mb-4 w-full print:hidden"
          />
        )}
        {call.turns.length === 0 ? (
          <Empty icon={MessagesSquare} title="There is no transcript" />
        ) : (
          <ol className="flex flex-col gap-3" aria-label="Transcript">
            {call.turns.map((turn) => {
              const agent = turn.speaker === "agent";
              return (
                <li
                  key={turn.seq}
                  className={cn(
                    "max-w-[46rem] rounded-xl px-4 py-2.5",
                    agent ? "ml-4 self-end bg-accent-soft sm:ml-16" : "mr-4 self-start bg-page sm:mr-16",
                  )}
                >
                  <p className="flex flex-wrap items-center gap-x-3 text-sm text-faint">
                    <span className="font-medium text-ink">{agent ? "Agent" : "Caller"}</span>
                    {call.recording ? (
                      <button
                        type="button"
                        className="inline-flex min-h-6 items-center tabular-nums hover:underline"
                        onClick={() => play(turn.start_ms)}
                      >
                        <span className="sr-only">Play from</span> {clock(turn.start_ms)}
                      </button>
                    ) : (
                      <span className="tabular-nums">{clock(turn.start_ms)}</span>
                    )}
                  </p>
                  <p dir="auto" className="whitespace-pre-wrap">
                    {turn.text}
                  </p>
                </li>
              );
            })}
          </ol>
        )}
      </Card>
    </>
  );
}
