import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessagesSquare, PhoneCall } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { StatusBadge } from "@/features/calls/call-table/call-table";
import { HangUp } from "@/features/calls/hang-up/hang-up";
import { type Call, callQuery, callsQuery, eventsQuery, turnsQuery } from "@/features/calls/queries";
import { Transcript } from "@/features/calls/transcript/transcript";
import { isLive, modeName } from "@/features/calls/words";
import { useLive } from "@/features/shell/live/live";
import { useZone } from "@/features/use-zone/use-zone";
import { clock, count } from "@/lib/numbers/numbers";
import { phone } from "@/lib/phones/phones";

interface Props {
  /** The call whose words are shown; the one that began last, until somebody chooses. */
  chosen: string | undefined;
  choose: (id: string) => void;
}

/** The calls that go on, and what is said in one of them. */
export function LiveCalls({ chosen, choose }: Props) {
  const zone = useZone();
  const standing = useLive();
  const list = useQuery(callsQuery({ live: true }, zone));
  const calls = list.data?.data ?? [];
  const shown = chosen ?? calls[0]?.id;
  return (
    <>
      <PageHead
        title="Live calls"
        about={
          <span aria-live="polite">
            {list.data && `${count(calls.length)}${list.data.has_more ? "+" : ""} going on now. `}
            {standing === "waiting" && "The connection is lost; it is tried again."}
          </span>
        }
      />
      {list.isPending ? (
        <Waiting what="Loading live calls" />
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : !shown ? (
        <Card>
          <Empty icon={PhoneCall} title="Nobody is on the phone">
            A call appears here while it rings. Leave this page open, or look at{" "}
            <Link to="/calls" className="text-accent underline underline-offset-4">
              the calls before
            </Link>
            .
          </Empty>
        </Card>
      ) : (
        <div className="grid items-start gap-5 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <Card title="On the phone">
            {calls.length === 0 ? (
              <p className="text-faint">Nobody now.</p>
            ) : (
              <ul className="-mx-2 flex flex-col gap-1">
                {calls.map((call) => (
                  <li key={call.id}>
                    <Choice call={call} chosen={call.id === shown} choose={() => choose(call.id)} />
                  </li>
                ))}
              </ul>
            )}
          </Card>
          <Conversation key={shown} id={shown} />
        </div>
      )}
    </>
  );
}

function Choice({ call, chosen, choose }: { call: Call; chosen: boolean; choose: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={choose}
      className="flex w-full flex-wrap items-center justify-between gap-x-3 gap-y-1 rounded-lg px-3 py-2 text-left hover:bg-accent-soft aria-pressed:bg-accent-soft"
    >
      <span className="font-medium">{phone(call.direction === "outbound" ? call.to : call.from)}</span>
      <Since at={call.answered_at ?? call.started_at} />
      <span className="flex w-full flex-wrap items-center gap-2 text-sm text-faint">
        {modeName(call.ivr_mode)} <StatusBadge status={call.status} />
        {call.mode === "test" && <Badge>Test</Badge>}
      </span>
    </button>
  );
}

/** How long ago, counting on. */
function Since({ at }: { at: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(tick);
  }, []);
  return <span className="tabular-nums">{clock(now - Date.parse(at))}</span>;
}

function Conversation({ id }: { id: string }) {
  const call = useQuery(callQuery(id));
  const turns = useQuery(turnsQuery(id));
  const events = useQuery(eventsQuery(id));
  if (call.isError && !call.data)
    return (
      <Failure error={call.error} retry={() => void call.refetch()} what="The call could not be loaded" />
    );
  if (!call.data) return <Waiting rows={6} what="Loading the call" />;
  const live = isLive(call.data.status);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {phone(call.data.direction === "outbound" ? call.data.to : call.data.from)}
          <StatusBadge status={call.data.status} />
        </span>
      }
      actions={
        <span className="flex flex-wrap gap-2">
          <Button asChild>
            <Link to="/calls/$callId" params={{ callId: id }}>
              Open the call
            </Link>
          </Button>
          {live && <HangUp id={id} />}
        </span>
      }
    >
      {turns.isError && !turns.data ? (
        <Failure error={turns.error} retry={() => void turns.refetch()} />
      ) : !turns.data ? (
        <Waiting rows={5} what="Loading what was said" />
      ) : turns.data.length === 0 ? (
        <Empty icon={MessagesSquare} title={live ? "Nobody has spoken yet" : "Nobody spoke with the agent"}>
          {live && call.data.ivr_mode === "ai-voice" && "Turns appear here as they are over."}
          {live && call.data.ivr_mode !== "ai-voice" && "Only calls with the agent have a transcript."}
        </Empty>
      ) : (
        <Follow of={turns.data.length + (events.data?.length ?? 0)}>
          <Transcript callId={id} turns={turns.data} events={events.data ?? []} atMs={null} live={live} />
        </Follow>
      )}
    </Card>
  );
}

/** Goes down with what comes in, unless somebody has scrolled up to read. */
function Follow({ of, children }: { of: number; children: React.ReactNode }) {
  const box = useRef<HTMLElement>(null);
  const following = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line is a reason to go down
  useEffect(() => {
    const it = box.current;
    if (it && following.current) it.scrollTop = it.scrollHeight;
  }, [of]);
  return (
    <section
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by key
      tabIndex={0}
      aria-label="What is said"
      className="max-h-[calc(100dvh-16rem)] min-h-60 overflow-y-auto rounded-lg p-1"
      onScroll={({ currentTarget: it }) => {
        following.current = it.scrollHeight - it.scrollTop - it.clientHeight < 60;
      }}
    >
      {children}
    </section>
  );
}
