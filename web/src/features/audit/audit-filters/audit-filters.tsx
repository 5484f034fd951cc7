import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { Select } from "@/components/ui/select/select";
import type { Filters } from "@/features/audit/filters";
import { deed, KINDS, kindName } from "@/features/audit/words";
import { peopleQuery } from "@/features/people/queries";

interface Props {
  filters: Filters;
  change: (filters: Filters) => void;
}

export function AuditFilters({ filters, change }: Props) {
  const people = useQuery(peopleQuery).data ?? [];
  const set = (part: { [K in keyof Filters]?: Filters[K] | "" | undefined }) =>
    change(
      Object.fromEntries(Object.entries({ ...filters, ...part }).filter(([, value]) => value)) as Filters,
    );
  const kinds = new Set([...Object.keys(KINDS), ...(filters.kind ? [filters.kind] : [])]);
  const known = people.some((person) => person.id === filters.actor);
  return (
    <search aria-label="Narrow the log" className="mb-4 flex flex-wrap items-end gap-3">
      <Select
        label="What"
        className="grow basis-44 sm:max-w-56"
        value={filters.kind ?? "any"}
        onValueChange={(kind) => set({ kind: kind === "any" ? "" : kind, object: undefined })}
        options={[
          { value: "any", label: "Everything" },
          ...[...kinds].map((kind) => ({ value: kind, label: kindName(kind) })),
        ]}
      />
      <Select
        label="Who"
        className="grow basis-44 sm:max-w-56"
        value={filters.actor ?? "any"}
        onValueChange={(actor) => set({ actor: actor === "any" ? "" : actor })}
        options={[
          { value: "any", label: "Anybody" },
          ...people.map((person) => ({ value: person.id, label: person.name || person.email })),
          ...(filters.actor && !known ? [{ value: filters.actor, label: "Somebody else" }] : []),
        ]}
      />
      <TextField
        label="From day"
        type="date"
        value={filters.since ?? ""}
        onChange={(event) => set({ since: event.target.value })}
      />
      <TextField
        label="To day"
        type="date"
        value={filters.until ?? ""}
        onChange={(event) => set({ until: event.target.value })}
      />
      {filters.action && <Chip name={deed(filters.action)} drop={() => set({ action: undefined })} />}
      {filters.object && <Chip name="One thing alone" drop={() => set({ object: undefined })} />}
      {filters.visit && <Chip name="One visit in your place" drop={() => set({ visit: undefined })} />}
      {Object.keys(filters).length > 0 && (
        <Button look="quiet" onClick={() => change({})}>
          Clear all
        </Button>
      )}
    </search>
  );
}

function Chip({ name, drop }: { name: string; drop: () => void }) {
  return (
    <Button onClick={drop} aria-label={`Take away: ${name}`}>
      {name} <X aria-hidden />
    </Button>
  );
}
