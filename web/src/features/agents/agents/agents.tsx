import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bot, Plus } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { NewAgent } from "@/features/agents/new-agent/new-agent";
import { type Agent, agentsQuery, versionsQuery, waysQuery } from "@/features/agents/queries";
import { isHeard, type Use, uses } from "@/features/agents/uses";
import { KINDS } from "@/features/agents/words";
import { may, meQuery } from "@/features/auth/queries";
import { phone } from "@/lib/phones/phones";

export function Agents() {
  const me = useQuery(meQuery).data;
  const edits = me !== undefined && may(me, "admin");
  const list = useQuery(agentsQuery);
  const ways = useQuery(waysQuery).data;
  const [making, setMaking] = useState(false);
  const add = edits && (
    <Button look="main" onClick={() => setMaking(true)}>
      <Plus aria-hidden /> New agent
    </Button>
  );
  return (
    <>
      <PageHead title="Agents" about="Who answers your calls, and what they are told." actions={add} />
      {list.isPending ? (
        <Card>
          <Waiting what="Loading agents" />
        </Card>
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Card>
          <Empty icon={Bot} title="No agents yet">
            {edits
              ? "Make one, or apply an industry pack: it brings three that know the trade."
              : "Somebody who runs this business can make one."}
          </Empty>
        </Card>
      ) : (
        <Cards agents={list.data} ways={ways} />
      )}
      {making && <NewAgent agents={list.data ?? []} close={() => setMaking(false)} />}
    </>
  );
}

type Ways = { lines: Parameters<typeof uses>[1]; menus: Parameters<typeof uses>[2] };

function Cards({ agents, ways }: { agents: Agent[]; ways: Ways | undefined }) {
  const versions = useQueries({ queries: agents.map((agent) => versionsQuery(agent.id)) });
  return (
    <ul className="grid gap-4 md:grid-cols-2 2xl:grid-cols-3">
      {agents.map((agent, n) => {
        const published = versions[n]?.data?.find((version) => version.is_published)?.version;
        return (
          <li
            key={agent.id}
            className="relative flex min-w-0 flex-col gap-3 rounded-xl border border-line bg-panel p-4 focus-within:border-accent hover:border-accent sm:p-5"
          >
            <div className="flex flex-wrap items-start justify-between gap-2">
              <h2 className="min-w-0 font-semibold" dir="auto">
                <Link
                  to="/agents/$agentId"
                  params={{ agentId: agent.id }}
                  className="after:absolute after:inset-0 after:rounded-xl"
                >
                  {agent.name}
                </Link>
              </h2>
              <Badge>{KINDS[agent.kind].name}</Badge>
            </div>
            <p className="line-clamp-2 text-faint" dir="auto">
              {agent.settings
                ? `“${agent.settings.greeting}”`
                : "Nothing is published yet: no call can have it."}
            </p>
            <div className="mt-auto flex flex-wrap items-center gap-2 text-sm">
              {published !== undefined && <Badge tone="good">Version {published} is published</Badge>}
              {published !== undefined && agent.latest_version > published && (
                <Badge tone="warn">Newest is {agent.latest_version}</Badge>
              )}
              {ways && <OnLines all={uses(agent.id, ways.lines, ways.menus)} />}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function OnLines({ all }: { all: Use[] }) {
  if (!isHeard(all)) return <span className="text-faint">No line leads to it</span>;
  const heard = all.filter((use) => use.how !== "never").map((use) => phone(use.line.phone_number));
  return (
    <span className="text-faint">
      On {heard.slice(0, 2).join(", ")}
      {heard.length > 2 && ` and ${heard.length - 2} more`}
    </span>
  );
}
