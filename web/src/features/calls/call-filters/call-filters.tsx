import { useQuery } from "@tanstack/react-query";
import { Search, SlidersHorizontal, X } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { SelectField, TextField } from "@/components/ui/field/field";
import {
  cleanFilters,
  DIRECTIONS,
  type Filters,
  IVR_MODES,
  MODES,
  NEWEST_FIRST,
  narrows,
  OUTCOMES,
  type Sort,
  STATUSES,
} from "@/features/calls/filters";
import { tagsQuery } from "@/features/calls/queries";
import { modeName, sentence } from "@/features/calls/words";

interface Props {
  filters: Filters;
  change: (filters: Filters) => void;
}

/** Choices count at once; what is typed counts with Enter. */
export function CallFilters({ filters, change }: Props) {
  const set = (part: Record<string, unknown>) => change(cleanFilters({ ...filters, ...part }));
  const { q: _, from: __, sort, ...chosen } = filters;
  const tags = useQuery(tagsQuery).data ?? [];
  const many = Object.keys(chosen).length;
  const [open, setOpen] = useState(many > 0);
  const [q, setQ] = useState(filters.q ?? "");
  const [from, setFrom] = useState(filters.from ?? "");
  const more = useId();
  useEffect(() => {
    setQ(filters.q ?? "");
    setFrom(filters.from ?? "");
  }, [filters.q, filters.from]);
  const choice = <K extends keyof Filters>(
    key: K,
    label: string,
    words: readonly string[],
    name: (word: string) => string = sentence,
  ) => (
    <SelectField
      label={label}
      value={String(filters[key] ?? "")}
      onChange={(event) => set({ [key]: event.target.value })}
    >
      <option value="">Any</option>
      {words.map((word) => (
        <option key={word} value={word}>
          {name(word)}
        </option>
      ))}
    </SelectField>
  );
  return (
    <search>
      <form
        aria-label="Calls"
        className="mb-4 flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          set({ q: q.trim(), from: from.trim() });
        }}
      >
        <div className="flex flex-wrap items-end gap-3">
          <TextField
            label="Said in the call"
            placeholder={'cleaning or "root canal"'}
            type="search"
            className="grow basis-52"
            value={q}
            onChange={(event) => setQ(event.target.value)}
          />
          <TextField
            label="Caller's number"
            type="tel"
            className="basis-44 max-sm:grow"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
          <Button type="submit">
            <Search aria-hidden /> Search
          </Button>
          <Button look="quiet" aria-expanded={open} aria-controls={more} onClick={() => setOpen(!open)}>
            <SlidersHorizontal aria-hidden /> Filters
            {many > 0 && <Badge tone="accent">{many}</Badge>}
          </Button>
          {narrows(filters) && (
            <Button look="quiet" onClick={() => change(sort ? { sort } : {})}>
              <X aria-hidden /> Clear
            </Button>
          )}
        </div>
        <div id={more} hidden={!open} className="@container">
          <div className="grid grid-cols-2 gap-3 rounded-xl border border-line bg-panel p-4 @xl:grid-cols-3 @4xl:grid-cols-5">
            <SelectField
              label="Status"
              value={filters.live ? "live" : (filters.status ?? "")}
              onChange={({ target: { value } }) =>
                set(value === "live" ? { live: true, status: undefined } : { live: undefined, status: value })
              }
            >
              <option value="">Any</option>
              <option value="live">Going on now</option>
              {STATUSES.map((status) => (
                <option key={status} value={status}>
                  {sentence(status)}
                </option>
              ))}
            </SelectField>
            {choice("ivr_mode", "Line", IVR_MODES, modeName)}
            {choice("direction", "Direction", DIRECTIONS)}
            {choice("outcome", "Outcome", OUTCOMES)}
            {choice("mode", "Kind", MODES)}
            <SelectField
              label="Tag"
              value={filters.tag ?? ""}
              onChange={(event) => set({ tag: event.target.value })}
            >
              <option value="">Any</option>
              {[...new Set([...tags.map((one) => one.tag), ...(filters.tag ? [filters.tag] : [])])].map(
                (tag) => (
                  <option key={tag}>{tag}</option>
                ),
              )}
            </SelectField>
            <SelectField
              label="Recording"
              value={filters.recorded ? "yes" : ""}
              onChange={(event) => set({ recorded: event.target.value === "yes" })}
            >
              <option value="">Any</option>
              <option value="yes">Recorded</option>
            </SelectField>
            <TextField
              label="From"
              type="date"
              value={filters.since ?? ""}
              onChange={(event) => set({ since: event.target.value })}
            />
            <TextField
              label="To"
              type="date"
              value={filters.until ?? ""}
              onChange={(event) => set({ until: event.target.value })}
            />
            <SelectField
              label="Order"
              value={sort ?? NEWEST_FIRST}
              onChange={(event) => set({ sort: event.target.value })}
            >
              {ORDERS.map(([by, name]) => (
                <option key={by} value={by}>
                  {name}
                </option>
              ))}
            </SelectField>
          </div>
        </div>
      </form>
    </search>
  );
}

/** The headings of the table, where there is no room for them. */
const ORDERS: [Sort, string][] = [
  ["-started_at", "Newest first"],
  ["started_at", "Oldest first"],
  ["-duration_ms", "Longest first"],
  ["duration_ms", "Shortest first"],
  ["from", "By caller's number"],
  ["-from", "By caller's number, down"],
  ["status", "By status"],
  ["-status", "By status, down"],
];
