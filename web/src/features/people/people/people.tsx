import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  ChartNoAxesColumn,
  MoreHorizontal,
  ScrollText,
  ShieldCheck,
  UserCog,
  UserMinus,
  UserPlus,
  Users,
} from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Menu, MenuItem } from "@/components/ui/menu/menu";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { ChangeRole } from "@/features/people/change-role/change-role";
import { Invitations } from "@/features/people/invitations/invitations";
import { Invite } from "@/features/people/invite/invite";
import { PerformanceDialog } from "@/features/people/performance/performance";
import { isLast, type Person, peopleQuery, roleName } from "@/features/people/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";

type Open = { what: "invite" } | { what: "performance" | "role" | "remove"; person: Person };

export function People() {
  const me = useQuery(meQuery).data;
  const edits = me !== undefined && may(me, "admin");
  const owner = me !== undefined && may(me, "tenant_owner");
  const zone = useZone();
  const list = useQuery(peopleQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <PageHead
        title="People"
        about="Who works with this business, and what each may do."
        actions={
          edits && (
            <Button look="main" onClick={() => setOpen({ what: "invite" })}>
              <UserPlus aria-hidden /> Invite somebody
            </Button>
          )
        }
      />
      <Card title="Who belongs here">
        {list.isPending ? (
          <Waiting what="Loading people" />
        ) : list.isError && !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : list.data.length === 0 ? (
          <Empty icon={Users} title="Nobody belongs here yet">
            {edits && "Invite the first one: the mail has a link that is good for seven days."}
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {list.data.map((person) => (
              <Row
                key={person.id}
                person={person}
                isMe={person.id === me?.id}
                last={isLast(person, list.data)}
                // Only an owner makes or unmakes one.
                edits={edits && (owner || person.role !== "tenant_owner")}
                log={edits}
                open={setOpen}
              />
            ))}
          </ul>
        )}
      </Card>
      {edits && <Invitations owner={owner} />}
      {open?.what === "invite" && <Invite owner={owner} close={close} />}
      {open?.what === "performance" && <PerformanceDialog person={open.person} zone={zone} close={close} />}
      {open?.what === "role" && <ChangeRole person={open.person} owner={owner} close={close} />}
      {open?.what === "remove" && (
        <Remove person={open.person} isMe={open.person.id === me?.id} close={close} />
      )}
    </>
  );
}

interface RowProps {
  person: Person;
  isMe: boolean;
  last: boolean;
  edits: boolean;
  log: boolean;
  open: (what: Open) => void;
}

function Row({ person, isMe, last, edits, log, open }: RowProps) {
  const zone = useZone();
  const name = person.name || person.email;
  return (
    <li className="flex items-center gap-3 py-3 first:pt-0 last:pb-0">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium" dir="auto">
              {name}
            </span>
            {isMe && <Badge tone="accent">You</Badge>}
          </p>
          {person.name && <p className="text-sm text-faint">{person.email}</p>}
        </div>
        <div className="basis-56 text-sm text-faint lg:basis-72">
          <p className="flex flex-wrap items-center gap-2">
            <Badge>{roleName(person.role)}</Badge>
            {person.has_mfa && (
              <span className="inline-flex items-center gap-1">
                <ShieldCheck className="size-4 text-good" aria-hidden /> Second factor
              </span>
            )}
          </p>
          <p className="mt-1">
            {person.last_login_at
              ? `Last signed in ${dateTime(person.last_login_at, zone)}`
              : "Has not signed in yet"}
          </p>
          {last && edits && (
            <p className="mt-1">The only one who can administer: make somebody else one before they go.</p>
          )}
        </div>
      </div>
      {(edits || log) && (
        <Menu
          label={name}
          trigger={
            <Button look="quiet" size="icon" aria-label={`What to do with ${name}`}>
              <MoreHorizontal aria-hidden />
            </Button>
          }
        >
          {log && (
            <>
              <MenuItem onSelect={() => open({ what: "performance", person })}>
                <ChartNoAxesColumn aria-hidden /> Performance
              </MenuItem>
              <MenuItem asChild>
                <Link to="/audit" search={{ actor: person.id }}>
                  <ScrollText aria-hidden /> Their entries in the log
                </Link>
              </MenuItem>
            </>
          )}
          {edits && person.role !== "customer" && (
            <MenuItem disabled={last} onSelect={() => open({ what: "role", person })}>
              <UserCog aria-hidden /> Change role
            </MenuItem>
          )}
          {edits && (
            <MenuItem disabled={last} onSelect={() => open({ what: "remove", person })}>
              <UserMinus aria-hidden /> {isMe ? "Leave this business" : "Remove"}
            </MenuItem>
          )}
        </Menu>
      )}
    </li>
  );
}

function Remove({ person, isMe, close }: { person: Person; isMe: boolean; close: () => void }) {
  const client = useQueryClient();
  const name = person.name || person.email;
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/users/{id}", { params: { path: { id: person.id } } })),
    onSuccess: async () => {
      toast({ text: isMe ? "You belong here no longer." : `${name} belongs here no longer.` });
      close();
      await client.invalidateQueries({ queryKey: isMe ? [] : ["people"] });
    },
  });
  return (
    <Confirm
      title={isMe ? "Leave this business?" : `Remove ${name}?`}
      description={
        isMe
          ? "You see nothing of it from this moment, until somebody invites you again. Your login stays."
          : "They see nothing of this business from this moment, until they are invited again. Their login stays, and so does what they did."
      }
      action={isMe ? "Leave" : "Remove"}
      grave
      busy={remove.isPending}
      error={remove.error}
      cancel={close}
      onConfirm={() => remove.mutate()}
    />
  );
}
