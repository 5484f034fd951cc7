/** "45 min", "1 h 30 min" */
export function minutes(n: number): string {
  const [hours, rest] = [Math.floor(n / 60), n % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** What was typed by line or comma, each once. */
export const listed = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,;]/)
      .map((word) => word.trim())
      .filter(Boolean),
  ),
];

/** The rows of a list in another order, with those whose place is another than before. */
export function moved<T extends { id: string; position: number }>(
  rows: readonly T[],
  id: string,
  by: -1 | 1,
) {
  const from = rows.findIndex((row) => row.id === id);
  const to = from + by;
  const [one, other] = [rows[from], rows[to]];
  if (!one || !other) return { rows: [...rows], changed: [] };
  const order = rows.map((row, n) => (n === from ? other : n === to ? one : row));
  const next = order.map((row, position) => ({ ...row, position }));
  return { rows: next, changed: next.filter((row, n) => order[n]?.position !== row.position) };
}
