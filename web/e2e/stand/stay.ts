/** Keeps a stand up to write specs against, until it is stopped: `npm run stand`. */
import { stand } from "./stand";
import { test } from "./test";

test("the stand", async () => {
  test.setTimeout(0);
  process.stdout.write(`export TRUNKLINE_STAND='${JSON.stringify(stand())}'\n`);
  await new Promise(() => {});
});
