import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from "@tanstack/react-virtual";
import { PhoneOff } from "lucide-react";
import {
  type ComponentProps,
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Empty, Failure, Skeleton, Waiting } from "@/components/ui/states/states";
import { Slots } from "@/features/calls/call-list/slots";
import { CallHeads, CallRow } from "@/features/calls/call-table/call-table";
import { type Filters, NEWEST_FIRST, narrows, type Sort } from "@/features/calls/filters";
import { type Call, callsQuery, joined, longListQuery } from "@/features/calls/queries";

/** Calls ahead of the last visible one at which the next page is asked for. */
const AHEAD = 60;

interface Props {
  filters: Filters;
  zone: string;
  sort: (by: Sort) => void;
}

/** Any number of calls: pages are read as one scrolls, and what is out of sight is not on the page. */
export function CallList({ filters, zone, sort }: Props) {
  const client = useQueryClient();
  const long = longListQuery(filters, zone);
  const list = useInfiniteQuery(long);
  const pages = list.data?.pages;
  const first = pages?.[0];
  const head = useQuery({
    ...callsQuery(filters, zone),
    enabled: first !== undefined,
    ...(first ? { initialData: first } : {}),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
  const calls = useMemo(() => (pages ? joined(head, pages) : undefined), [head, pages]);
  const torn = calls === null;
  useEffect(() => {
    if (torn) void client.resetQueries({ queryKey: long.queryKey, exact: true });
  }, [torn, client, long.queryKey]);

  if (list.isError && !list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  if (!calls) return <Waiting rows={8} what="Loading calls" />;
  if (calls.length === 0) {
    const narrowed = narrows(filters);
    return (
      <Empty icon={PhoneOff} title={narrowed ? "No call is like that" : "No calls yet"}>
        {narrowed
          ? "Take a filter away to see more."
          : "Call your number from your own phone: it appears here by itself."}
      </Empty>
    );
  }
  return (
    <>
      <Rows
        calls={calls}
        zone={zone}
        sorting={{ by: filters.sort ?? NEWEST_FIRST, change: sort }}
        more={list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError}
        whole={!list.hasNextPage}
        readMore={list.fetchNextPage}
      />
      {list.isFetchNextPageError && (
        <Failure
          error={list.error}
          what="There is more, but it could not be loaded"
          retry={() => void list.fetchNextPage()}
        />
      )}
      {list.hasNextPage && !list.isFetchNextPageError && <Skeleton className="mt-3 h-6" />}
    </>
  );
}

interface RowsProps {
  calls: Call[];
  zone: string;
  sorting: ComponentProps<typeof CallHeads>["sorting"];
  /** There is another page, and nobody reads it yet. */
  more: boolean;
  whole: boolean;
  readMore: () => void;
}

function Rows({ calls, zone, sorting, more, whole, readMore }: RowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [above, setAbove] = useState(0);
  const [height, setHeight] = useState(() => (window.innerWidth < 1280 ? 93 : 46));
  const [held, setHeld] = useState<number | null>(null);
  const [slots] = useState(() => new Slots());
  useLayoutEffect(() => {
    const measure = () => {
      setAbove(body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0);
      // All rows are as high as the first: no text in them is broken.
      setHeight((was) => body.current?.querySelector("tr")?.offsetHeight || was);
    };
    measure();
    const watching = new ResizeObserver(measure);
    watching.observe(document.body);
    return () => watching.disconnect();
  }, []);
  const rows = useWindowVirtualizer({
    count: calls.length,
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: above,
    useFlushSync: false,
    getItemKey: useCallback((i: number) => calls[i]?.id ?? i, [calls]),
    // The row with the focus stays on the page, or the focus would be lost by scrolling.
    rangeExtractor: useCallback(
      (range: Range) => {
        const seen = defaultRangeExtractor(range);
        return held === null || held >= range.count || seen.includes(held)
          ? seen
          : [...seen, held].sort((a, b) => a - b);
      },
      [held],
    ),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured with another height is forgotten
  useLayoutEffect(() => rows.measure(), [height]);
  const shown = rows.getVirtualItems();
  const seats = slots.seat(
    shown.map((row) => String(row.key)),
    held === null ? null : (calls[held]?.id ?? null),
  );
  const last = rows.range?.endIndex ?? 0;
  useEffect(() => {
    if (more && last >= calls.length - AHEAD) readMore();
  }, [more, last, calls.length, readMore]);

  const step = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const at = (event.target as HTMLElement).closest<HTMLElement>("[data-index]")?.dataset.index;
    if (by === 0 || at === undefined) return;
    const next = body.current?.querySelector<HTMLElement>(`[data-index="${Number(at) + by}"] a`);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <table className="block w-full text-left" aria-rowcount={whole ? calls.length + 1 : -1}>
      <caption className="sr-only">Calls</caption>
      <CallHeads wide {...(sorting ? { sorting } : {})} />
      <tbody
        ref={body}
        className="relative block"
        style={{ height: rows.getTotalSize() }}
        onKeyDown={step}
        onFocus={(event) => {
          const at = event.target.closest<HTMLElement>("[data-index]")?.dataset.index;
          setHeld(at === undefined ? null : Number(at));
        }}
        onBlur={() => setHeld(null)}
      >
        {shown.map((row, i) => {
          const call = calls[row.index];
          return (
            call && (
              <CallRow
                key={seats[i]}
                wide
                index={row.index}
                call={call}
                zone={zone}
                top={row.start - above}
              />
            )
          );
        })}
      </tbody>
    </table>
  );
}
