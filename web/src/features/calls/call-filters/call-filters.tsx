import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button/button";
import { SelectField, TextField } from "@/components/ui/field/field";
import { cleanFilters, type Filters, IVR_MODES, MODES, STATUSES } from "@/features/calls/filters";
import { modeName, sentence } from "@/features/calls/words";

interface Props {
  filters: Filters;
  change: (filters: Filters) => void;
}

/** Choices count at once; what is typed counts with Enter. */
export function CallFilters({ filters, change }: Props) {
  const set = (part: Record<string, unknown>) => change(cleanFilters({ ...filters, ...part }));
  const [q, setQ] = useState(filters.q ?? "");
  const [from, setFrom] = useState(filters.from ?? "");
  useEffect(() => {
    setQ(filters.q ?? "");
    setFrom(filters.from ?? "");
  }, [filters.q, filters.from]);
  return (
    <search>
      <form
        aria-label="Calls"
        className="mb-4 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          set({ q: q.trim(), from: from.trim() });
        }}
      >
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
          className="basis-40 max-sm:grow"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <SelectField
          label="Status"
          className="basis-36 max-sm:grow"
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
        <SelectField
          label="Line"
          className="basis-32 max-sm:grow"
          value={filters.ivr_mode ?? ""}
          onChange={(event) => set({ ivr_mode: event.target.value })}
        >
          <option value="">Any</option>
          {IVR_MODES.map((mode) => (
            <option key={mode} value={mode}>
              {modeName(mode)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Kind"
          className="basis-28 max-sm:grow"
          value={filters.mode ?? ""}
          onChange={(event) => set({ mode: event.target.value })}
        >
          <option value="">Any</option>
          {MODES.map((mode) => (
            <option key={mode} value={mode}>
              {sentence(mode)}
            </option>
          ))}
        </SelectField>
        <TextField
          label="From"
          type="date"
          className="basis-36 max-sm:grow"
          value={filters.since ?? ""}
          onChange={(event) => set({ since: event.target.value })}
        />
        <TextField
          label="To"
          type="date"
          className="basis-36 max-sm:grow"
          value={filters.until ?? ""}
          onChange={(event) => set({ until: event.target.value })}
        />
        <Button type="submit">
          <Search aria-hidden /> Search
        </Button>
        {Object.keys(filters).length > 0 && (
          <Button look="quiet" onClick={() => change({})}>
            <X aria-hidden /> Clear
          </Button>
        )}
      </form>
    </search>
  );
}
