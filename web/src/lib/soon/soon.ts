/** As long as a page waits for its data before it is drawn without: nobody sees the difference, but it is drawn once. */
const AT_MOST_MS = 150;

/** When all of it is there, or has failed, or that time is over. */
export async function soon(...work: Promise<unknown>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((done) => {
    timer = setTimeout(done, AT_MOST_MS);
  });
  await Promise.race([over, Promise.allSettled(work)]);
  clearTimeout(timer);
}
