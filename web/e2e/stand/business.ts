/** A tenant of one spec's own, so that what it changes is nobody else's. */
import { randomBytes } from "node:crypto";
import { Api } from "./api";
import { PASSWORD } from "./stand";

export interface Business {
  id: string;
  name: string;
  slug: string;
  /** Its owner's address; everybody's password is the same. */
  email: `${string}@${string}`;
  /** Of its line, which the agent answers. */
  number: string;
  api: Api;
}

/** A number that nobody else has. */
export function aNumber(): string {
  return `+1405${2_000_000 + (randomBytes(4).readUInt32BE() % 7_999_999)}`;
}

export async function makeBusiness(url: string, platform: Api): Promise<Business> {
  const slug = `own-${randomBytes(5).toString("hex")}`;
  const [name, number] = [`Own ${slug.slice(4)}`, aNumber()];
  const email = `owner@${slug}.example` as const;
  const made = await platform.post("/admin/concierge/tenants", {
    tenant: {
      company_name: name,
      slug,
      timezone: "America/Chicago",
      plan_tier: "pro",
      admin_email: email,
    },
    phone_number: number,
    ivr_mode: "ai-voice",
    forward_to: "+19185550199",
  });
  await accept(platform, email, "Olive Owner");
  const id = (made.tenant as { id: string }).id;
  return { id, name, slug, email, number, api: await Api.signIn(url, email, PASSWORD) };
}

/** Accepts the invitation that was mailed last to an address. */
export async function accept(platform: Api, email: string, name: string): Promise<void> {
  const link = await invitation(platform, email);
  const token = new URL(link).searchParams.get("token");
  await platform.post("/auth/invites/accept", { token, password: PASSWORD, name });
}

/** The link of that invitation. */
export async function invitation(platform: Api, email: string): Promise<string> {
  const mails = await platform.list("/admin/mailbox?limit=200");
  const bodies = mails.filter((one) => one.recipient === email).map((one) => String(one.body));
  const link = bodies
    .map((body) => /https?:\/\/\S+accept-invite\?token=[0-9a-f]+/.exec(body)?.[0])
    .find(Boolean);
  if (!link) throw new Error(`no invitation for ${email} in the mailbox`);
  return link;
}
