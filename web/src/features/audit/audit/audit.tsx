import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, NoAccess, Waiting } from "@/components/ui/states/states";
import { AuditFilters } from "@/features/audit/audit-filters/audit-filters";
import { AuditRow } from "@/features/audit/audit-row/audit-row";
import type { Filters } from "@/features/audit/filters";
import { auditQuery } from "@/features/audit/queries";
import { may, meQuery } from "@/features/auth/queries";
import { useZone } from "@/features/use-zone/use-zone";

interface Props {
  filters: Filters;
  change: (filters: Filters) => void;
}

export function Audit({ filters, change }: Props) {
  const me = useQuery(meQuery).data;
  const zone = useZone();
  return (
    <>
      <PageHead
        title="Audit log"
        about={`Who changed what, and what support did in your place. Nothing in it can be changed. Times are in ${zone.replaceAll("_", " ")}.`}
      />
      {me && !may(me, "admin") ? (
        <Card>
          <NoAccess>Somebody who administers this business can read its log.</NoAccess>
        </Card>
      ) : (
        me && (
          <>
            <AuditFilters filters={filters} change={change} />
            <Card>
              <Entries filters={filters} zone={zone} />
            </Card>
          </>
        )
      )}
    </>
  );
}

function Entries({ filters, zone }: { filters: Filters; zone: string }) {
  const list = useInfiniteQuery(auditQuery(filters, zone));
  if (list.isPending) return <Waiting rows={10} what="Loading the log" />;
  if (list.isError && !list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const entries = list.data.pages.flatMap((page) => page.data);
  if (entries.length === 0) {
    const narrowed = Object.keys(filters).length > 0;
    return (
      <Empty
        icon={ScrollText}
        title={narrowed ? "Nothing in the log is like that" : "Nothing is in the log yet"}
      >
        {narrowed ? "Take a filter away to see more." : "The first change appears here by itself."}
      </Empty>
    );
  }
  return (
    <>
      <ul className="divide-y divide-line">
        {entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} zone={zone} />
        ))}
      </ul>
      {list.isFetchNextPageError && (
        <Failure error={list.error} what="There is more, but it could not be loaded" />
      )}
      {list.hasNextPage && (
        <div className="mt-4 text-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Earlier entries
          </Button>
        </div>
      )}
    </>
  );
}
