import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, ArrowLeftRight } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Select } from "@/components/ui/select/select";
import { Failure, Waiting } from "@/components/ui/states/states";
import { Switch } from "@/components/ui/switch/switch";
import { TextDiff } from "@/components/ui/text-diff/text-diff";
import { agentQuery, type Version, versionsQuery } from "@/features/agents/queries";
import { parts } from "@/features/agents/words";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";

interface Props {
  agentId: string;
  from: number | undefined;
  to: number | undefined;
  change: (pair: { from: number; to: number }) => void;
}

/** Two versions of an agent, setting by setting. */
export function Compare({ agentId, from, to, change }: Props) {
  const zone = useZone();
  const agent = useQuery(agentQuery(agentId)).data?.data;
  const list = useQuery(versionsQuery(agentId));
  const versions = list.data ?? [];
  const of = (number: number | undefined) => versions.find((version) => version.version === number);
  const after = of(to) ?? versions[0];
  const before = of(from) ?? versions.find((version) => version.is_published) ?? versions.at(-1);
  const options = versions.map((version) => ({
    value: String(version.version),
    label: `Version ${version.version}${version.is_published ? ", published" : ""}, ${dateTime(version.created_at, zone)}`,
  }));
  const set = (pair: { from?: string; to?: string }) =>
    change({ from: Number(pair.from ?? before?.version), to: Number(pair.to ?? after?.version) });
  return (
    <>
      <Back agentId={agentId} name={agent?.name} />
      <PageHead title="Compare versions" />
      {list.isPending ? (
        <Card>
          <Waiting what="Loading versions" />
        </Card>
      ) : !before || !after ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          <div className="mb-4 flex flex-wrap items-end gap-3">
            <Select
              label="Before"
              className="grow basis-56 sm:max-w-sm"
              options={options}
              value={String(before.version)}
              onValueChange={(value) => set({ from: value })}
            />
            <Button
              size="icon"
              aria-label="The other way round"
              onClick={() => change({ from: after.version, to: before.version })}
            >
              <ArrowLeftRight aria-hidden />
            </Button>
            <Select
              label="After"
              className="grow basis-56 sm:max-w-sm"
              options={options}
              value={String(after.version)}
              onValueChange={(value) => set({ to: value })}
            />
          </div>
          <Differences before={before} after={after} />
        </>
      )}
    </>
  );
}

export function Back({ agentId, name }: { agentId: string; name: string | undefined }) {
  return (
    <Link
      to="/agents/$agentId"
      params={{ agentId }}
      className="mb-2 inline-flex min-h-6 items-center gap-1.5 text-accent underline-offset-4 hover:underline"
    >
      <ArrowLeft className="size-4 shrink-0" aria-hidden />
      <span dir="auto">{name ?? "The agent"}</span>
    </Link>
  );
}

function Differences({ before, after }: { before: Version; after: Version }) {
  const [all, setAll] = useState(false);
  const rows = parts(before.settings, after.settings).map((part) => ({
    ...part,
    was: part.read(before.settings),
    is: part.read(after.settings),
  }));
  const different = rows.filter((row) => row.was !== row.is);
  return (
    <Card
      title={
        different.length === 0
          ? "They are the same"
          : `${different.length} ${different.length === 1 ? "difference" : "differences"}`
      }
      actions={<Switch label="What is the same too" checked={all} onCheckedChange={setAll} />}
    >
      <dl className="flex flex-col gap-4" aria-live="polite">
        {(all ? rows : different).map((row) => (
          <div key={row.name}>
            <dt className="mb-1 font-medium">{row.name}</dt>
            {row.was === row.is ? (
              <dd className="max-h-72 overflow-y-auto whitespace-pre-wrap text-faint" dir="auto">
                {row.is || "None"}
              </dd>
            ) : row.long ? (
              <dd>
                <TextDiff before={row.was} after={row.is} />
              </dd>
            ) : (
              <>
                <dd className="flex gap-2 rounded-t-lg bg-bad-soft px-3 py-1">
                  <span className="w-14 shrink-0 text-sm text-faint">Before</span>
                  <span dir="auto">{row.was || "None"}</span>
                </dd>
                <dd className="flex gap-2 rounded-b-lg bg-good-soft px-3 py-1">
                  <span className="w-14 shrink-0 text-sm text-faint">After</span>
                  <span dir="auto">{row.is || "None"}</span>
                </dd>
              </>
            )}
          </div>
        ))}
      </dl>
    </Card>
  );
}
