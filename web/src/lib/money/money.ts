/** Amounts in a currency's minor units, as the server keeps them, and as people write them. */

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** "$129.00" of 12900 and USD. */
export function money(minor: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(
    minor / 10 ** digitsOf(currency),
  );
}

/** "129.00", to be typed over. */
export function typedMoney(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return (minor / 10 ** digits).toFixed(digits);
}

/** What was typed ("129", "129.5", "1,290.00", "129,50"), in minor units; `null` if that is no amount of the currency. */
export function minorOf(typed: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const clean = typed.replace(/[\s\u00a0']/g, "");
  // Three digits after a mark are a group; one or two are the minor units, behind the other mark.
  const english = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/.exec(clean);
  const [, whole, rest = ""] = english ?? /^(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?$/.exec(clean) ?? [];
  if (!whole || rest.length > digits) return null;
  const minor = Number(whole.replace(/[.,]/g, "")) * 10 ** digits + Number(rest.padEnd(digits, "0") || 0);
  return Number.isSafeInteger(minor) ? minor : null;
}
