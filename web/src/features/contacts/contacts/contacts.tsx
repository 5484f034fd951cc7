import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { TextField } from "@/components/ui/field/field";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { may, meQuery } from "@/features/auth/queries";
import { ContactDialog } from "@/features/contacts/contact-form/contact-form";
import { phone } from "@/lib/phones/phones";

type Contact = components["schemas"]["ContactView"];

export function Contacts() {
  const me = useQuery(meQuery).data;
  const edits = me !== undefined && may(me, "user");
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState<{ id: string | null } | null>(null);
  const q = useDeferredValue(typed.trim());
  const list = useInfiniteQuery({
    queryKey: ["contacts", "list", q],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/contacts", {
          params: { query: { ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
    placeholderData: (before) => before,
  });
  const contacts = list.data?.pages.flatMap((page) => page.data) ?? [];
  const add = edits && (
    <Button look="main" onClick={() => setOpen({ id: null })}>
      <Plus aria-hidden /> New contact
    </Button>
  );
  return (
    <>
      <PageHead title="Contacts" actions={add} />
      <TextField
        label="Find a contact"
        hideLabel
        type="search"
        placeholder="Name, number or e-mail"
        className="mb-4 max-w-md"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Card>
        {list.isPending ? (
          <Waiting what="Loading contacts" />
        ) : list.isError && !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : contacts.length === 0 ? (
          <Empty icon={Users} title={q ? `Nobody is found for “${q}”` : "No contacts yet"}>
            {!q && "Who calls becomes a contact by itself; you can also add one."}
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {contacts.map((contact) => (
              <Row
                key={contact.id}
                contact={contact}
                open={edits ? () => setOpen({ id: contact.id }) : undefined}
              />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            More contacts
          </Button>
        )}
      </Card>
      {open && <ContactDialog id={open.id} close={() => setOpen(null)} />}
    </>
  );
}

function Row({ contact, open }: { contact: Contact; open: (() => void) | undefined }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <span className="min-w-0 flex-1 basis-48">
        <span className="font-medium" dir="auto">
          {contact.name || "No name"}
        </span>
        <span className="block text-sm text-faint">
          {phone(contact.number)}
          {contact.email && ` · ${contact.email}`}
        </span>
      </span>
      {contact.opted_out_at && <Badge tone="warn">No texts</Badge>}
      {open && (
        <Button
          size="small"
          look="quiet"
          onClick={open}
          aria-label={`Edit ${contact.name || contact.number}`}
        >
          Edit
        </Button>
      )}
    </li>
  );
}
