interface Row {
  name: string;
  before: string;
  after: string;
}

type Thing = Record<string, unknown>;
const isThing = (value: unknown): value is Thing =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const said = (value: unknown): string =>
  value === undefined || value === null || value === ""
    ? ""
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** The fields that differ, those of things within things by their path. */
export function differences(before: unknown, after: unknown, path = ""): Row[] {
  if (isThing(before) || isThing(after)) {
    const [was, is] = [isThing(before) ? before : {}, isThing(after) ? after : {}];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
      differences(was[key], is[key], path ? `${path}.${key}` : key),
    );
  }
  const row = { name: path, before: said(before), after: said(after) };
  return row.before === row.after ? [] : [row];
}

/** How something was and how it is since, as far as they differ. */
export function Change({ before, after }: { before: unknown; after: unknown }) {
  const rows = differences(before, after);
  if (rows.length === 0) return null;
  return (
    <dl className="mt-2 grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[max-content_1fr]">
      {rows.map((row) => (
        <div key={row.name} className="contents">
          <dt className="text-faint">{row.name}</dt>
          <dd dir="auto" className="min-w-0">
            {row.before && <del className="mr-2 text-bad">{row.before}</del>}
            {row.after ? <ins className="text-good no-underline">{row.after}</ins> : "taken away"}
          </dd>
        </div>
      ))}
    </dl>
  );
}
