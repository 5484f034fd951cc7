import { Card, PageHead } from "@/components/ui/card/card";
import { CallFilters } from "@/features/calls/call-filters/call-filters";
import { CallList } from "@/features/calls/call-list/call-list";
import { CsvButton } from "@/features/calls/csv-button/csv-button";
import type { Filters } from "@/features/calls/filters";
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
        actions={!filters.q && <CsvButton filters={filters} zone={zone} />}
      />
      <CallFilters filters={filters} change={change} />
      <Card aria-label="Calls" className="py-2 sm:py-3">
        {filters.q ? (
          <SearchResults q={filters.q} zone={zone} alone={Object.keys(filters).length === 1} />
        ) : (
          <CallList filters={filters} zone={zone} sort={(sort) => change({ ...filters, sort })} />
        )}
      </Card>
    </>
  );
}
