import { Link } from "@tanstack/react-router";
import { GitCompareArrows, MoreHorizontal, Pencil, Rocket } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Menu, MenuItem } from "@/components/ui/menu/menu";
import { Table, Td, Th, Tr } from "@/components/ui/table/table";
import { usePublish } from "@/features/agents/publish";
import type { Version, Written } from "@/features/agents/queries";
import { parts } from "@/features/agents/words";
import { dateTime } from "@/lib/dates/dates";

/** Who wrote and published what; `null` to whom the log is not open. */
export interface Writers {
  written: ReadonlyMap<string, Written>;
  published: ReadonlyMap<string, Written & { at: string }>;
  first: Written | null;
}

interface Props {
  agentId: string;
  /** The newest first. */
  versions: Version[];
  writers: Writers | null;
  edits: boolean;
  zone: string;
}

export function Versions({ agentId, versions, writers, edits, zone }: Props) {
  const published = versions.find((version) => version.is_published);
  const [asked, setAsked] = useState<Version | null>(null);
  const publish = usePublish(agentId);
  return (
    <>
      <Table
        caption="Versions, the newest first"
        head={
          <>
            <Th>Version</Th>
            <Th>Written</Th>
            {writers && <Th>By</Th>}
            <Th>What is different</Th>
            <Th>
              <span className="sr-only">Do</span>
            </Th>
          </>
        }
      >
        {versions.map((version, n) => {
          const before = versions[n + 1];
          const last = writers?.published.get(version.id);
          return (
            <Tr key={version.id}>
              <Td className="whitespace-nowrap">
                <Link
                  to="/agents/$agentId"
                  params={{ agentId }}
                  search={{ version: version.version }}
                  className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
                >
                  Version {version.version}
                </Link>
                {version.is_published && (
                  <Badge tone="good" className="ml-2">
                    Published
                  </Badge>
                )}
              </Td>
              <Td className="whitespace-nowrap">{dateTime(version.created_at, zone)}</Td>
              {writers && (
                <Td>
                  <Who who={author(version, writers)} />
                  {last && (
                    <span className="block text-sm text-faint">
                      Published {dateTime(last.at, zone)} by <Who who={last} />
                    </span>
                  )}
                </Td>
              )}
              <Td className="min-w-48">{before ? changed(before, version) : "The first one"}</Td>
              <Td className="text-right">
                <Menu
                  label={`Version ${version.version}`}
                  trigger={
                    <Button
                      look="quiet"
                      size="icon"
                      aria-label={`What to do with version ${version.version}`}
                    >
                      <MoreHorizontal aria-hidden />
                    </Button>
                  }
                >
                  {before && (
                    <MenuItem asChild>
                      <Link
                        to="/agents/$agentId/compare"
                        params={{ agentId }}
                        search={{ from: before.version, to: version.version }}
                      >
                        <GitCompareArrows aria-hidden /> Compare with version {before.version}
                      </Link>
                    </MenuItem>
                  )}
                  {published && published.id !== version.id && published.id !== before?.id && (
                    <MenuItem asChild>
                      <Link
                        to="/agents/$agentId/compare"
                        params={{ agentId }}
                        search={{ from: published.version, to: version.version }}
                      >
                        <GitCompareArrows aria-hidden /> Compare with the published one
                      </Link>
                    </MenuItem>
                  )}
                  {edits && (
                    <MenuItem asChild>
                      <Link
                        to="/agents/$agentId/edit"
                        params={{ agentId }}
                        search={{ version: version.version }}
                      >
                        <Pencil aria-hidden /> Write a new version from it
                      </Link>
                    </MenuItem>
                  )}
                  {edits && !version.is_published && (
                    <MenuItem onSelect={() => setAsked(version)}>
                      <Rocket aria-hidden /> Publish
                    </MenuItem>
                  )}
                </Menu>
              </Td>
            </Tr>
          );
        })}
      </Table>
      {asked && (
        <Confirm
          title={`Publish version ${asked.version}?`}
          description={
            <>
              <p>Calls that begin from here on have it. Those that go on keep what they began with.</p>
              {published && <p className="mt-2">Different from now: {changed(published, asked)}</p>}
            </>
          }
          action="Publish"
          busy={publish.isPending}
          cancel={() => setAsked(null)}
          onConfirm={() =>
            publish.mutate({ version: asked, was: published }, { onSettled: () => setAsked(null) })
          }
        />
      )}
    </>
  );
}

function author(version: Version, writers: Writers): Written | null {
  return writers.written.get(version.id) ?? (version.version === 1 ? writers.first : null);
}

function Who({ who }: { who: Written | null }) {
  if (!who) return <span className="text-faint">Not in the log</span>;
  return (
    <>
      <span dir="auto">{who.by}</span>
      {who.inPlace && <span className="text-faint"> (support, in your place)</span>}
    </>
  );
}

/** The names of the settings that two versions have different. */
export function changed(before: Version, after: Version): string {
  const names = parts(before.settings, after.settings)
    .filter((part) => part.read(before.settings) !== part.read(after.settings))
    .map((part, n) => (n === 0 ? part.name : part.name.charAt(0).toLowerCase() + part.name.slice(1)));
  return names.join(", ") || "Nothing";
}
