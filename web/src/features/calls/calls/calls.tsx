import { useInfiniteQuery } from "@tanstack/react-query";
import { PhoneOff } from "lucide-react";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { CallFilters } from "@/features/calls/call-filters/call-filters";
import { CallTable } from "@/features/calls/call-table/call-table";
import type { Filters } from "@/features/calls/filters";
import { callsQuery } from "@/features/calls/queries";
import { SearchResults } from "@/features/calls/search-results/search-results";
import { useLive } from "@/features/shell/live/live";
import { useZone } from "@/features/use-zone/use-zone";

interface Props {
  filters: Filters;
  change: (filters: Filters) => void;
}

export function Calls({ filters, change }: Props) {
  const zone = useZone();
  const live = useLive();
  return (
    <>
      <PageHead
        title="Calls"
        about={`Times are in ${zone.replaceAll("_", " ")}. ${live === "live" ? "The list is live." : ""}`}
      />
      <CallFilters filters={filters} change={change} />
      <Card>
        {filters.q ? <SearchResults q={filters.q} zone={zone} /> : <CallList filters={filters} zone={zone} />}
      </Card>
    </>
  );
}

function CallList({ filters, zone }: { filters: Filters; zone: string }) {
  const list = useInfiniteQuery(callsQuery(filters, zone));
  if (list.isPending) return <Waiting rows={8} what="Loading calls" />;
  if (list.isError && !list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const calls = list.data.pages.flatMap((page) => page.data);
  if (calls.length === 0) {
    const narrowed = Object.keys(filters).length > 0;
    return (
      <Empty icon={PhoneOff} title={narrowed ? "No call is like that" : "No calls yet"}>
        {narrowed ? "Take a filter away to see more." : "The first one that comes in appears here by itself."}
      </Empty>
    );
  }
  return (
    <>
      <CallTable calls={calls} zone={zone} />
      {list.isFetchNextPageError && (
        <Failure error={list.error} what="There is more, but it could not be loaded" />
      )}
      {list.hasNextPage && (
        <div className="mt-4 text-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Earlier calls
          </Button>
        </div>
      )}
    </>
  );
}
