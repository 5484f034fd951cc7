import { useInfiniteQuery } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Badge, type Tone } from "@/components/ui/badge/badge";
import { Card, PageHead } from "@/components/ui/card/card";
import { SelectField } from "@/components/ui/field/field";
import { sentence } from "@/features/calls/words";
import { Listing } from "@/features/platform/listing/listing";
import { paged } from "@/features/platform/queries";
import { dateTime, ownZone } from "@/lib/dates/dates";

type Letter = components["schemas"]["Page_MailView"]["data"][number];
const STATES = ["waiting", "sent", "failed"] as const;
const TONES: Record<string, Tone> = { waiting: "warn", sent: "good", failed: "bad" };

const mailboxQuery = (state: string) =>
  paged(["admin", "mailbox", state], (page) =>
    ask(api.GET("/admin/mailbox", { params: { query: { ...(state ? { state } : {}), ...page } } })),
  );

/** The installation's mails, for owners: they may hold links that let somebody in. */
export function Mailbox() {
  const [state, setState] = useState("");
  const list = useInfiniteQuery(mailboxQuery(state));
  return (
    <>
      <PageHead
        title="Mailbox"
        about="What the platform wrote to people. Without a mail server the mails wait here, with their links."
      />
      <SelectField
        label="State"
        className="mb-4 max-w-48"
        value={state}
        onChange={(event) => setState(event.target.value)}
      >
        <option value="">All</option>
        {STATES.map((word) => (
          <option key={word} value={word}>
            {sentence(word)}
          </option>
        ))}
      </SelectField>
      <Card>
        <Listing list={list} what="mails" icon={Mail} empty="No mails like that">
          {(letters) => (
            <ul className="divide-y divide-line">
              {letters.map((letter) => (
                <Row key={letter.id} letter={letter} />
              ))}
            </ul>
          )}
        </Listing>
      </Card>
    </>
  );
}

function Row({ letter }: { letter: Letter }) {
  return (
    <li className="py-2.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="min-w-0 flex-1 basis-64">
          <span className="font-medium" dir="auto">
            {letter.subject || sentence(letter.kind)}
          </span>
          <span className="block text-sm text-faint">
            To {letter.recipient} ·{" "}
            <time dateTime={letter.created_at}>{dateTime(letter.created_at, ownZone)}</time>
            {letter.sent_at && ` · sent ${dateTime(letter.sent_at, ownZone)}`}
          </span>
        </span>
        <Badge tone={TONES[letter.state] ?? "plain"}>{sentence(letter.state)}</Badge>
      </div>
      {letter.last_error && (
        <p className="mt-1 text-sm text-bad">
          {letter.attempts} {letter.attempts === 1 ? "try" : "tries"}. {letter.last_error}
        </p>
      )}
      {letter.body && (
        <details className="mt-1 text-sm">
          <summary className="inline-flex min-h-6 cursor-pointer items-center text-accent">Read</summary>
          <p
            className="mt-1 max-w-prose rounded-lg bg-page p-3 [overflow-wrap:anywhere] whitespace-pre-line"
            dir="auto"
          >
            {letter.body}
          </p>
        </details>
      )}
    </li>
  );
}
