import { cn } from "@/lib/cn/cn";
import { lineDiff, type Piece, wordDiff } from "@/lib/diff/diff";

/** As many lines as stay around a change. */
const AROUND = 2;

/** A text as it was and is, line by line; of a line that was rewritten, the words that changed. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const rows = withGaps(paired(lineDiff(before, after)));
  return (
    <ol className="overflow-hidden rounded-lg border border-line text-sm">
      {rows.map((row, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names, and none is moved
        <li key={n}>
          {row.kind === "gap" ? (
            <p className="bg-line/40 px-3 py-1 text-faint">{row.lines} lines stayed the same</p>
          ) : (
            <Line row={row} />
          )}
        </li>
      ))}
    </ol>
  );
}

interface Row {
  kind: Piece["kind"];
  text: string;
  /** The line that it became, or was. */
  other?: string;
}

const LOOKS = {
  same: { sign: "", said: "", row: "" },
  gone: { sign: "−", said: "Taken away: ", row: "bg-bad-soft" },
  new: { sign: "+", said: "Added: ", row: "bg-good-soft" },
} as const;

function Line({ row }: { row: Row }) {
  const look = LOOKS[row.kind];
  return (
    <p className={cn("flex gap-2 px-3 py-0.5 break-words whitespace-pre-wrap", look.row)}>
      <span aria-hidden className="w-3 shrink-0 select-none text-center font-medium">
        {look.sign}
      </span>
      <span className="min-w-0" dir="auto">
        {look.said && <span className="sr-only">{look.said}</span>}
        {row.other === undefined ? row.text || "\u00a0" : <Words row={row} other={row.other} />}
      </span>
    </p>
  );
}

function Words({ row, other }: { row: Row; other: string }) {
  const gone = row.kind === "gone";
  const words = gone ? wordDiff(row.text, other) : wordDiff(other, row.text);
  return words
    .filter((word) => word.kind === "same" || word.kind === row.kind)
    .map((word, n) =>
      word.kind === "same" ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <span key={n}>{word.text}</span>
      ) : (
        <strong
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          key={n}
          className={cn("rounded-sm font-semibold underline", gone ? "decoration-bad" : "decoration-good")}
        >
          {word.text}
        </strong>
      ),
    );
}

/** Of lines that went with as many that came right after, each pair is one line that was rewritten. */
function paired(pieces: Piece[]): Row[] {
  const rows: Row[] = pieces.map((piece) => ({ ...piece }));
  for (let at = 0; at < rows.length; ) {
    const gone = run(rows, at, "gone");
    const came = run(rows, at + gone, "new");
    if (gone > 0 && gone === came)
      for (let n = 0; n < gone; n += 1) {
        const [was, is] = [rows[at + n], rows[at + gone + n]];
        if (was && is) {
          was.other = is.text;
          is.other = was.text;
        }
      }
    at += Math.max(1, gone + came);
  }
  return rows;
}

function run(rows: Row[], from: number, kind: Row["kind"]): number {
  let n = 0;
  while (rows[from + n]?.kind === kind) n += 1;
  return n;
}

type Shown = Row | { kind: "gap"; lines: number };

function withGaps(rows: Row[]): Shown[] {
  const out: Shown[] = [];
  for (let at = 0; at < rows.length; ) {
    const same = run(rows, at, "same");
    if (same === 0) {
      out.push(rows[at] as Row);
      at += 1;
      continue;
    }
    const head = at === 0 ? 0 : AROUND;
    const tail = at + same === rows.length ? 0 : AROUND;
    if (same > head + tail + 1)
      out.push(
        ...rows.slice(at, at + head),
        { kind: "gap", lines: same - head - tail },
        ...rows.slice(at + same - tail, at + same),
      );
    else out.push(...rows.slice(at, at + same));
    at += same;
  }
  return out;
}
