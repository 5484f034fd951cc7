import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import type { components } from "@/api/schema";
import { Badge, type Tone } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { sentence } from "@/features/calls/words";
import { integrationsQuery } from "@/features/platform/queries";
import { dateTime, ownZone } from "@/lib/dates/dates";

type Integration = components["schemas"]["IntegrationView"];

const NAMES: Record<string, string> = {
  mail: "Mail server",
  carrier: "Carrier",
  chat: "Language model",
  recognizer: "Speech recognizer",
  voice: "Voice",
  turn_end: "End of turn",
  voice_activity: "Voice activity",
};

/** How it stands, from what this node has seen of it. */
export function standing(one: Integration): { word: string; tone: Tone } {
  if (!one.configured) return { word: "Not set up", tone: "plain" };
  const [good, bad] = [Date.parse(one.last_success_at ?? ""), Date.parse(one.last_failure_at ?? "")];
  if (Number.isNaN(good) && Number.isNaN(bad)) return { word: "Not asked yet", tone: "accent" };
  if (Number.isNaN(bad) || good > bad) return { word: "Answers", tone: "good" };
  return { word: "Failed last", tone: "bad" };
}

/** What this node works with, and when it answered last. Holds no secret. */
export function Integrations() {
  const list = useQuery({ ...integrationsQuery, refetchInterval: 30_000 });
  return (
    <>
      <PageHead
        title="Integrations"
        about="What this node works with, as far as it has seen since it was started."
        actions={
          <Button busy={list.isFetching} onClick={() => void list.refetch()}>
            <RefreshCw aria-hidden /> Look again
          </Button>
        }
      />
      {list.isPending ? (
        <Card>
          <Waiting what="Loading integrations" />
        </Card>
      ) : !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : (
        <ul className="grid gap-5 sm:grid-cols-2 2xl:grid-cols-3">
          {list.data.map((one) => (
            <li key={one.name}>
              <One one={one} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function One({ one }: { one: Integration }) {
  const { word, tone } = standing(one);
  return (
    <Card
      className="h-full"
      title={NAMES[one.name] ?? sentence(one.name)}
      actions={<Badge tone={tone}>{word}</Badge>}
    >
      {one.detail && <code>{one.detail}</code>}
      {one.missing.length > 0 && (
        <div>
          <p className="text-faint">To set it up, start the server with</p>
          <ul className="mt-1">
            {one.missing.map((name) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      <dl className="mt-2 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm empty:hidden">
        {one.last_success_at && (
          <>
            <dt className="text-faint">Answered last</dt>
            <dd>{dateTime(one.last_success_at, ownZone)}</dd>
          </>
        )}
        {one.last_failure_at && (
          <>
            <dt className="text-faint">Failed last</dt>
            <dd>{dateTime(one.last_failure_at, ownZone)}</dd>
          </>
        )}
      </dl>
      {one.last_failure && <p className="mt-1 text-sm text-bad">{one.last_failure}</p>}
    </Card>
  );
}
