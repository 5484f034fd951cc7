import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Pencil, PhoneIncoming, RotateCcw } from "lucide-react";
import { useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { explain, ProblemError } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { usePublish } from "@/features/agents/publish";
import {
  type Agent,
  agentKeys,
  agentQuery,
  publishedQuery,
  type Version,
  versionsQuery,
  waysQuery,
} from "@/features/agents/queries";
import { Rename } from "@/features/agents/rename/rename";
import { SettingsView } from "@/features/agents/settings-view/settings-view";
import { type Use, uses } from "@/features/agents/uses";
import { Versions } from "@/features/agents/versions/versions";
import { KINDS } from "@/features/agents/words";
import { may, meQuery } from "@/features/auth/queries";
import { modeName } from "@/features/calls/words";
import { useZone } from "@/features/use-zone/use-zone";
import { phone } from "@/lib/phones/phones";

interface Props {
  agentId: string;
  /** The number of the version that is shown; the published one else. */
  version: number | undefined;
}

export function AgentPage({ agentId, version }: Props) {
  const me = useQuery(meQuery).data;
  const edits = me !== undefined && may(me, "admin");
  const zone = useZone();
  const agent = useQuery(agentQuery(agentId));
  const versions = useQuery(versionsQuery(agentId));
  const log = useQuery({ ...publishedQuery(agentId), enabled: edits }).data ?? null;
  const back = (
    <Link
      to="/agents"
      className="mb-2 inline-flex min-h-6 items-center gap-1.5 text-accent underline-offset-4 hover:underline"
    >
      <ArrowLeft className="size-4" aria-hidden /> Agents
    </Link>
  );
  if (!agent.data || !versions.data) {
    const failed = agent.error ?? versions.error;
    return (
      <>
        {back}
        <h1 className="sr-only">Agent</h1>
        {failed instanceof ProblemError && failed.status === 404 ? (
          <Empty icon={PhoneIncoming} title="There is no such agent">
            Perhaps it belongs to another business of yours.
          </Empty>
        ) : failed ? (
          <Failure
            error={failed}
            retry={() => {
              void agent.refetch();
              void versions.refetch();
            }}
          />
        ) : (
          <Waiting rows={8} what="Loading the agent" />
        )}
      </>
    );
  }
  const { data, etag } = agent.data;
  const published = versions.data.find((one) => one.is_published);
  const shown = versions.data.find((one) => one.version === version) ?? published ?? versions.data[0];
  return (
    <>
      {back}
      <PageHead
        title={<span dir="auto">{data.name}</span>}
        about={
          <span className="flex flex-wrap items-center gap-2">
            <Badge>{KINDS[data.kind].name}</Badge> {KINDS[data.kind].about}
          </span>
        }
        actions={edits && <Actions agent={data} etag={etag} versions={versions.data} />}
      />
      <div className="flex flex-col gap-5">
        <InUse agent={data} />
        {shown && (
          <Card
            title={
              <span className="flex flex-wrap items-center gap-2">
                Version {shown.version}
                {shown.is_published ? (
                  <Badge tone="good">What callers meet</Badge>
                ) : (
                  <Badge tone="warn">Not published</Badge>
                )}
              </span>
            }
            actions={
              !shown.is_published && (
                <DraftActions agent={data} shown={shown} published={published} edits={edits} />
              )
            }
          >
            {shown.is_published && data.industry_pack && (
              <p className="mb-3 text-faint">
                Its instructions are those of the industry pack “{data.industry_pack}”. When the pack is
                applied anew, they follow it; once you have written a version of your own, they stay yours.
              </p>
            )}
            <SettingsView settings={shown.settings} />
          </Card>
        )}
        <Card title="Versions">
          <Versions agentId={agentId} versions={versions.data} published={log} edits={edits} zone={zone} />
        </Card>
      </div>
    </>
  );
}

function Actions({ agent, etag, versions }: { agent: Agent; etag: string | undefined; versions: Version[] }) {
  const [renaming, setRenaming] = useState(false);
  const published = versions.findIndex((one) => one.is_published);
  const earlier = published >= 0 ? versions[published + 1] : undefined;
  return (
    <>
      <Button onClick={() => setRenaming(true)}>Rename</Button>
      {earlier && <RollBack agent={agent} to={earlier} was={versions[published]} />}
      <Button asChild look="main">
        <Link to="/agents/$agentId/edit" params={{ agentId: agent.id }}>
          <Pencil aria-hidden /> Edit
        </Link>
      </Button>
      {renaming && <Rename agent={agent} etag={etag} close={() => setRenaming(false)} />}
    </>
  );
}

function RollBack({ agent, to, was }: { agent: Agent; to: Version; was: Version | undefined }) {
  const client = useQueryClient();
  const publish = usePublish(agent.id);
  const back = useMutation({
    mutationFn: () =>
      ask(api.POST("/agents/{id}/rollback", { params: { path: { id: agent.id }, header: once() } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: agentKeys.all });
      toast({
        text: `Rolled back to version ${to.version}.`,
        ...(was ? { undo: () => publish.mutate({ version: was, was: undefined }) } : {}),
      });
    },
    onError: (error) => toast({ text: `It was not rolled back. ${explain(error)}`, tone: "bad" }),
  });
  return (
    <Button busy={back.isPending} onClick={() => back.mutate()}>
      <RotateCcw aria-hidden /> Roll back to version {to.version}
    </Button>
  );
}

function DraftActions({
  agent,
  shown,
  published,
  edits,
}: {
  agent: Agent;
  shown: Version;
  published: Version | undefined;
  edits: boolean;
}) {
  const publish = usePublish(agent.id);
  return (
    <span className="flex flex-wrap gap-2">
      {published && (
        <Button asChild size="small">
          <Link
            to="/agents/$agentId/compare"
            params={{ agentId: agent.id }}
            search={{ from: published.version, to: shown.version }}
          >
            Compare with the published one
          </Link>
        </Button>
      )}
      {edits && (
        <Button
          size="small"
          look="main"
          busy={publish.isPending}
          onClick={() => publish.mutate({ version: shown, was: published })}
        >
          Publish version {shown.version}
        </Button>
      )}
    </span>
  );
}

const HOW: Record<Use["how"], (menu: string | undefined) => string> = {
  answers: () => "It answers every call to this line.",
  menu: (menu) => `A key of “${menu}” leads to it.`,
  closed: (menu) => `Outside business hours, a key of “${menu}” leads to it.`,
  never: () => "It is set here, but callers never come to it in this mode.",
};

function InUse({ agent }: { agent: Agent }) {
  const ways = useQuery(waysQuery);
  const all = ways.data ? uses(agent.id, ways.data.lines, ways.data.menus) : [];
  return (
    <Card title="In use">
      {ways.isPending ? (
        <Waiting rows={2} what="Loading lines" />
      ) : ways.isError && !ways.data ? (
        <Failure error={ways.error} retry={() => void ways.refetch()} />
      ) : all.length === 0 ? (
        <p className="text-faint">
          No line leads to this agent. Choose it for a phone number, and calls get its published version.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {all.map((use) => (
            <li
              key={use.line.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 first:pt-0 last:pb-0"
            >
              <span className="font-medium">{phone(use.line.phone_number)}</span>
              <Badge tone={use.how === "never" ? "plain" : "accent"}>{modeName(use.line.ivr_mode)}</Badge>
              <span className="text-faint">{HOW[use.how](use.menu)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
