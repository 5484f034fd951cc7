/** A number as people write it: +19185550142 → "(918) 555-0142"; other countries keep their E.164 form. */
export function phone(number: string | null | undefined): string {
  if (!number) return "Unknown number";
  const nanp = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return nanp ? `(${nanp[1]}) ${nanp[2]}-${nanp[3]}` : number;
}

/** A sentence of the server's, its numbers as people write them. */
export const phonesIn = (text: string): string => text.replace(/\+\d{7,15}/g, phone);

/** What somebody typed, as E.164 if it can only be read one way: ten digits are a North American number. */
export function e164(typed: string): string {
  const digits = typed.replace(/[\s().-]/g, "");
  if (/^\d{10}$/.test(digits)) return `+1${digits}`;
  if (/^1\d{10}$/.test(digits)) return `+${digits}`;
  return digits;
}
