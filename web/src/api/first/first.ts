/** What public/first.js asks for while the page's code is on its way. Each answer is taken once, or asked for again. */
interface First {
  session: Promise<Response>;
  [path: `/${string}`]: Promise<{ bearer: string; answer: Response }>;
}

declare global {
  interface Window {
    trunklineFirst?: Partial<First>;
  }
}

export async function firstSession(): Promise<Response | null> {
  const asked = window.trunklineFirst?.session;
  delete window.trunklineFirst?.session;
  return (await asked?.catch(() => null)) ?? null;
}

/** What a path of the API answered to the same bearer. */
export async function firstAnswer(path: `/${string}`, bearer: string | null): Promise<Response | null> {
  const asked = window.trunklineFirst?.[path];
  delete window.trunklineFirst?.[path];
  const read = await asked?.catch(() => null);
  return read?.answer.ok && read.bearer === bearer ? read.answer : null;
}
