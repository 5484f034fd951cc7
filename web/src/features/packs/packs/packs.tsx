import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PackageOpen } from "lucide-react";
import { Badge } from "@/components/ui/badge/badge";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { type Pack, packsQuery, standing } from "@/features/packs/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";

export function Packs() {
  const list = useQuery(packsQuery);
  const zone = useZone();
  return (
    <>
      <PageHead
        title="Industry packs"
        about="What a business of a trade begins with: services, questions, a menu, and agents that know the trade."
      />
      {list.isPending ? (
        <Card>
          <Waiting what="Loading packs" />
        </Card>
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Card>
          <Empty icon={PackageOpen} title="This server has no packs" />
        </Card>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {list.data.map((pack) => (
            <li
              key={pack.key}
              className="relative flex min-w-0 flex-col gap-2 rounded-xl border border-line bg-panel p-4 hover:border-accent sm:p-5"
            >
              <div className="flex flex-wrap items-start justify-between gap-2">
                <h2 className="font-semibold">
                  <Link
                    to="/packs/$packKey"
                    params={{ packKey: pack.key }}
                    className="after:absolute after:inset-0 after:rounded-xl"
                  >
                    {pack.name}
                  </Link>
                </h2>
                <Standing pack={pack} />
              </div>
              <p className="text-sm text-faint">
                {pack.services.length} services · {pack.faqs.length} questions · {pack.agents.length} agents
              </p>
              {pack.applied_at && (
                <p className="text-sm text-faint">Applied {dateTime(pack.applied_at, zone)}</p>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function Standing({ pack }: { pack: Pack }) {
  const is = standing(pack);
  if (is === "had") return <Badge tone="good">Yours</Badge>;
  if (is === "newer") return <Badge tone="warn">Version {pack.version} is new</Badge>;
  return <Badge>Not applied</Badge>;
}
