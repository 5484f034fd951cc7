/** A version's number out of an address that anybody may have typed. */
export function numbered(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
