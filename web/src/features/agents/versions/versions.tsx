import { Link } from "@tanstack/react-router";
import { GitCompareArrows, MoreHorizontal, Pencil, Rocket } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Menu, MenuItem } from "@/components/ui/menu/menu";
import { usePublish } from "@/features/agents/publish";
import type { Published, Version } from "@/features/agents/queries";
import { parts } from "@/features/agents/words";
import { dateTime } from "@/lib/dates/dates";

interface Props {
  agentId: string;
  /** The newest first. */
  versions: Version[];
  /** Who published what, by the version's id; `null` to whom the log is not open. */
  published: ReadonlyMap<string, Published> | null;
  edits: boolean;
  zone: string;
}

export function Versions({ agentId, versions, published: log, edits, zone }: Props) {
  const published = versions.find((version) => version.is_published);
  const [asked, setAsked] = useState<Version | null>(null);
  const publish = usePublish(agentId);
  return (
    <>
      <ul className="divide-y divide-line">
        {versions.map((version, n) => {
          const before = versions[n + 1];
          const last = log?.get(version.id);
          return (
            <li key={version.id} className="flex items-start gap-3 py-3 first:pt-0 last:pb-0">
              <div className="grid min-w-0 flex-1 gap-x-6 gap-y-1 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
                <div>
                  <span className="flex flex-wrap items-center gap-2">
                    <Link
                      to="/agents/$agentId"
                      params={{ agentId }}
                      search={{ version: version.version }}
                      className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
                    >
                      Version {version.version}
                    </Link>
                    {version.is_published && <Badge tone="good">Published</Badge>}
                  </span>
                  <span className="block text-sm text-faint">
                    Written {dateTime(version.created_at, zone)}
                    {version.created_by_name && <By name={version.created_by_name} />}
                  </span>
                  {last && (
                    <span className="block text-sm text-faint">
                      Published {dateTime(last.at, zone)}
                      <By name={last.by} />
                      {last.inPlace && " (support, in your place)"}
                    </span>
                  )}
                </div>
                <p>
                  {before ? (
                    <>
                      <span className="text-faint">Different: </span>
                      {changed(before, version)}
                    </>
                  ) : (
                    "The first one"
                  )}
                </p>
              </div>
              <Menu
                label={`Version ${version.version}`}
                trigger={
                  <Button look="quiet" size="icon" aria-label={`What to do with version ${version.version}`}>
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
            </li>
          );
        })}
      </ul>
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

function By({ name }: { name: string }) {
  return (
    <>
      {" by "}
      <span dir="auto">{name}</span>
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
