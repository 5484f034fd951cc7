/**
 * A stand for the whole run: the real server with a database of its own, people who can sign in, and calls. The
 * server is the one that Cargo built for the tests; TRUNKLINE_BIN names another. TRUNKLINE_STAND is a stand that
 * is there already (`npm run stand`).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "./api";
import { accept } from "./business";
import { PASSWORD, PEOPLE, type Stand } from "./stand";

const BIN =
  process.env.TRUNKLINE_BIN ??
  join(process.env.CARGO_TARGET_DIR ?? join(homedir(), ".cache/trunkline/target"), "debug/trunkline");

export default async function setUp(): Promise<() => Promise<void>> {
  if (process.env.TRUNKLINE_STAND) return async () => {};
  // The database's user must be able to pass.
  const folder = await mkdtemp(join(tmpdir(), "trunkline-web-"));
  await chmod(folder, 0o755);
  const data = join(folder, "data");
  const log = join(folder, "server.log");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [tenants, calls] = (process.env.TRUNKLINE_STAND_CALLS ?? "3/3000").split("/") as [string, string];
  await run(["seed", "load", "--tenants", tenants, "--calls", calls, "--transcripts", "20"], data);
  const server = await serve(["--listen", `127.0.0.1:${port}`, "--data-dir", data], url, log);
  const stop = async () => {
    server.kill();
    await ended(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const stand = await people(url, await firstPassword(log));
    await callUp(url, data);
    process.env.TRUNKLINE_STAND = JSON.stringify({ ...stand, data, bin: BIN } satisfies Stand);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function serve(args: string[], url: string, log: string): Promise<ChildProcess> {
  const file = await open(log, "w");
  const server = spawn(BIN, ["serve", "--demo", ...args], {
    stdio: ["ignore", file.fd, file.fd],
    // Each test signs in, from one address.
    env: { ...environment(), TRUNKLINE_API_REQUESTS_PER_MINUTE: "100000" },
  });
  await file.close();
  for (let waited = 0; waited < 600; waited += 1) {
    if (server.exitCode !== null) break;
    const ready = await fetch(`${url}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return server;
    await new Promise((done) => setTimeout(done, 200));
  }
  server.kill();
  throw new Error(`the server did not come up:\n${(await readFile(log, "utf8")).slice(-2000)}`);
}

/** The platform's owner, the demo tenant's owner and viewer, a tenant that has nothing yet. */
async function people(url: string, first: string): Promise<Omit<Stand, "data" | "bin">> {
  const owner = await Api.signIn(url, "owner@localhost", first);
  await owner.post("/me/password", { current_password: first, new_password: PASSWORD });
  const platform = await Api.signIn(url, "owner@localhost", PASSWORD);
  const tenants = await platform.list("/admin/tenants?q=bright-dental");
  const demo = tenants[0]?.id as string;
  const began = await platform.post("/admin/impersonations", {
    tenant_id: demo,
    mode: "full",
    reason: "invites its first people",
  });
  const place = new Api(url, began.access_token as string);
  const contact = await place.post("/contacts", { number: "+19185550160", name: "Carl Customer" });
  const invited = [
    { email: PEOPLE.ann, role: "tenant_owner" },
    { email: PEOPLE.vic, role: "viewer" },
    { email: PEOPLE.eve, role: "admin" },
    { email: PEOPLE.carl, role: "customer", contact_id: contact.id },
  ];
  for (const invite of invited) {
    await place.post("/invites", invite);
    await accept(platform, invite.email, nameOf(invite.email));
  }
  await platform.delete("/admin/impersonations/current", began.access_token as string);
  await platform.post("/admin/tenants", {
    company_name: "Nothing Yet",
    slug: "nothing-yet",
    timezone: "America/Chicago",
    admin_email: PEOPLE.new,
  });
  await accept(platform, PEOPLE.new, nameOf(PEOPLE.new));
  return { url, demo };
}

/** `Ann` of ann@bright.example. */
function nameOf(email: string): string {
  const name = email.split("@")[0] as string;
  return name[0]?.toUpperCase() + name.slice(1);
}

/** A conversation, one that was cut short by pressing keys, and a forwarded call. */
async function callUp(url: string, data: string): Promise<void> {
  const common = ["call", "--server", url, "--no-transcript", "--linger", "1"];
  const say = ["--say", "Hello, how much is a cleaning?", "--say", "What are your hours?", "--hang-up"];
  await run([...common, "--to", "+19185550103", ...say], data);
  await run([...common, "--to", "+19185550102", "--from", "+19185550143", "--dtmf", "1", "--hang-up"], data);
  await run([...common, "--to", "+19185550101", "--from", "+19185550144", "--dial", "answered"], data);
}

async function run(args: string[], data: string): Promise<void> {
  const seeding = args[0] === "seed" ? ["--password", PASSWORD] : [];
  const child = spawn(BIN, [...args, ...seeding, "--data-dir", data], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(),
  });
  let said = "";
  child.stdout.on("data", (bytes) => {
    said += bytes;
  });
  child.stderr.on("data", (bytes) => {
    said += bytes;
  });
  await ended(child);
  if (child.exitCode !== 0) throw new Error(`trunkline ${args.join(" ")}:\n${said.slice(-2000)}`);
}

/** Nothing of somebody's own installation. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL|TWILIO_)/.test(name));
  return Object.fromEntries(own) as NodeJS.ProcessEnv;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function firstPassword(log: string): Promise<string> {
  const password = /^ {2}password {2}(.+)$/m.exec(await readFile(log, "utf8"))?.[1];
  if (!password) throw new Error("the server printed no first password");
  return password;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
