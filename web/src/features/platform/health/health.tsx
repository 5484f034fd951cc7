import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Badge, type Tone } from "@/components/ui/badge/badge";
import { Card } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { Table, Td, Th, Tr } from "@/components/ui/table/table";
import { sentence } from "@/features/calls/words";
import { dateTime, ownZone } from "@/lib/dates/dates";
import { bytes, count, delay } from "@/lib/numbers/numbers";

type SystemHealth = components["schemas"]["SystemHealthView"];
const EVERY_MS = 15_000;
/** What was due for less long is on its way. */
const LATE_MS = 60_000;

const healthQuery = queryOptions({
  queryKey: ["admin", "system-health"],
  queryFn: () => ask(api.GET("/admin/system-health")),
  refetchInterval: EVERY_MS,
});

/** "3 d 4 h", "4 h 5 min", "5 min" */
export function lasting(s: number): string {
  const [days, hours, minutes] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min`;
}

/** What is not as it should be, each in a sentence. */
export function troubles({ at, node, jobs, outbox }: SystemHealth): string[] {
  const late = (since: string | null | undefined) =>
    since != null && Date.parse(at) - Date.parse(since) > LATE_MS;
  const waiting = outbox.reduce((sum, post) => sum + (late(post.oldest_waiting) ? post.waiting : 0), 0);
  const dead = jobs.reduce((sum, job) => sum + job.dead, 0);
  const failed = outbox.reduce((sum, post) => sum + post.failed, 0);
  return [
    node.draining && "This node is being stopped: it takes no new calls.",
    node.busy && "This node has no time for more calls.",
    node.ledger.is_away && "The database does not take the facts of calls: they wait on this node.",
    dead > 0 && `${count(dead)} ${dead === 1 ? "job has" : "jobs have"} failed for good.`,
    // What delivers mails and texts waits with them.
    jobs.some((job) => !job.kind.startsWith("deliver_") && late(job.overdue_since)) &&
      "Jobs are due that nobody has taken.",
    waiting > 0 &&
      `${count(waiting)} ${waiting === 1 ? "message waits" : "messages wait"}: the mail server or the carrier is not set up, or does not answer.`,
    failed > 0 && `${count(failed)} ${failed === 1 ? "message" : "messages"} could not be sent.`,
  ].filter((trouble) => typeof trouble === "string");
}

/** Whether the machine is well: the node that was asked, and what all nodes share. */
export function Health() {
  const health = useQuery(healthQuery);
  if (health.isPending)
    return (
      <Card title="System health">
        <Waiting what="Loading the system’s health" />
      </Card>
    );
  if (!health.data)
    return (
      <Card title="System health">
        <Failure error={health.error} retry={() => void health.refetch()} />
      </Card>
    );
  return <Shown health={health.data} />;
}

function Shown({ health }: { health: SystemHealth }) {
  const { node, database, jobs, outbox } = health;
  const wrong = troubles(health);
  return (
    <div className="grid items-start gap-5 xl:grid-cols-2">
      <Card
        title="System health"
        className="xl:col-span-2"
        actions={
          <Badge tone={wrong.length === 0 ? "good" : "warn"}>
            {wrong.length === 0 ? "All is well" : "Look at this"}
          </Badge>
        }
      >
        {wrong.length === 0 ? (
          <p className="text-faint">
            This node, its database and what waits to be done, as of {dateTime(health.at, ownZone)}.
          </p>
        ) : (
          <ul className="list-disc pl-5">
            {wrong.map((trouble) => (
              <li key={trouble}>{trouble}</li>
            ))}
          </ul>
        )}
      </Card>
      <Card title="This node">
        <Facts
          rows={[
            ["Version", node.version],
            ["Runs for", lasting(node.uptime_s)],
            ["Calls that it holds", count(node.calls_live)],
            [
              "Places taken",
              node.max_calls === null || node.max_calls === undefined
                ? `${count(node.places_taken)}, as many as it has time for`
                : `${count(node.places_taken)} of ${count(node.max_calls)}`,
            ],
            [
              "Facts on their way",
              `${count(node.ledger.facts_waiting)} (${bytes(node.ledger.bytes_waiting)})${
                node.ledger.oldest_fact ? `, since ${dateTime(node.ledger.oldest_fact, ownZone)}` : ""
              }`,
            ],
          ]}
        />
      </Card>
      <Card title="Database">
        <Facts
          rows={[
            ["Answers in", delay(database.ping_ms)],
            ...database.pools.map((pool): [string, ReactNode] => [
              `Connections: ${pool.name}`,
              `${count(pool.open - pool.idle)} busy, ${count(pool.idle)} idle, at most ${count(pool.most)}`,
            ]),
          ]}
        />
      </Card>
      <Card title="Who hears, thinks and speaks">
        {node.minds.length === 0 ? (
          <p className="text-faint">No mind is set up on this node.</p>
        ) : (
          <ul className="divide-y divide-line">
            {node.minds.map((mind) => {
              const { word, tone } = answered(mind);
              return (
                <li key={mind.stage} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
                  <span className="min-w-0 flex-1">
                    {sentence(mind.stage)} <code className="text-sm text-faint">{mind.name}</code>
                    {mind.last_failure && <span className="block text-sm text-bad">{mind.last_failure}</span>}
                  </span>
                  <Badge tone={tone}>{word}</Badge>
                </li>
              );
            })}
          </ul>
        )}
      </Card>
      <Card title="What waits to be done">
        {jobs.length === 0 && outbox.length === 0 ? (
          <p className="text-faint">Nothing waits.</p>
        ) : (
          <Table
            caption="Jobs and messages that wait"
            head={
              <>
                <Th>What</Th>
                <Th className="text-right">Waiting</Th>
                <Th className="text-right">Under way</Th>
                <Th className="text-right">Failed</Th>
              </>
            }
          >
            {outbox.map((post) => (
              <Tr key={post.channel}>
                <Td>
                  {post.channel === "sms" ? "Texts" : "Mails"}
                  <Since at={post.oldest_waiting} />
                </Td>
                <Td className="text-right tabular-nums">{count(post.waiting)}</Td>
                <Td className="text-right text-faint">–</Td>
                <Td className="text-right tabular-nums">{count(post.failed)}</Td>
              </Tr>
            ))}
            {jobs.map((job) => (
              <Tr key={job.kind}>
                <Td>
                  {sentence(job.kind)}
                  <Since at={job.overdue_since} />
                </Td>
                <Td className="text-right tabular-nums">{count(job.ready)}</Td>
                <Td className="text-right tabular-nums">{count(job.leased)}</Td>
                <Td className="text-right tabular-nums">{count(job.dead)}</Td>
              </Tr>
            ))}
          </Table>
        )}
      </Card>
    </div>
  );
}

function answered(mind: components["schemas"]["MindView"]): { word: string; tone: Tone } {
  const [good, bad] = [Date.parse(mind.last_success_at ?? ""), Date.parse(mind.last_failure_at ?? "")];
  if (Number.isNaN(good) && Number.isNaN(bad)) return { word: "Not asked yet", tone: "accent" };
  return Number.isNaN(bad) || good > bad
    ? { word: "Answers", tone: "good" }
    : { word: "Failed last", tone: "bad" };
}

function Since({ at }: { at: string | null | undefined }) {
  return at ? <span className="block text-sm text-faint">since {dateTime(at, ownZone)}</span> : null;
}

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5 max-sm:grid-cols-1 max-sm:gap-y-0.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-faint">{name}</dt>
          <dd className="max-sm:mb-1.5">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
