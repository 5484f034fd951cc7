/** What became of a text: which pieces stayed, went and came. */

export interface Piece {
  kind: "same" | "gone" | "new";
  text: string;
}

/** Beyond this, two texts are said to be different as a whole: the table would not fit. */
const MOST_CELLS = 4_000_000;

/** The longest common sequence, with what is only in one of the two around it. */
function pieces(before: readonly string[], after: readonly string[]): Piece[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  const a = before.slice(start, before.length - end);
  const b = after.slice(start, after.length - end);
  const of = (kind: Piece["kind"]) => (text: string) => ({ kind, text });
  const middle =
    a.length * b.length > MOST_CELLS ? [...a.map(of("gone")), ...b.map(of("new"))] : common(a, b);
  return [
    ...before.slice(0, start).map(of("same")),
    ...middle,
    ...before.slice(before.length - end).map(of("same")),
  ];
}

function common(a: readonly string[], b: readonly string[]): Piece[] {
  const width = b.length + 1;
  // longest[i * width + j]: how much `a` from i and `b` from j have in common.
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [was, is] = [a[i], b[j]];
    if (was !== undefined && was === is) {
      out.push({ kind: "same", text: was });
      i += 1;
      j += 1;
    } else if (was !== undefined && (is === undefined || at(i + 1, j) >= at(i, j + 1))) {
      out.push({ kind: "gone", text: was });
      i += 1;
    } else if (is !== undefined) {
      out.push({ kind: "new", text: is });
      j += 1;
    }
  }
  return out;
}

const lines = (text: string): string[] => (text === "" ? [] : text.split(/\r?\n/));

/** Line by line. */
export const lineDiff = (before: string, after: string): Piece[] => pieces(lines(before), lines(after));

/** Word by word, for one line that became another. Neighbours of a kind are one piece. */
export function wordDiff(before: string, after: string): Piece[] {
  const words = (text: string) => text.match(/\s+|[^\s]+/gu) ?? [];
  const joined: Piece[] = [];
  for (const piece of pieces(words(before), words(after))) {
    const last = joined.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}
