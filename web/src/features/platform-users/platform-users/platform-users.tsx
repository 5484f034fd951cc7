import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Plus, Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Confirm } from "@/components/ui/confirm/confirm";
import { TextField } from "@/components/ui/field/field";
import { Menu, MenuItem } from "@/components/ui/menu/menu";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import { type Me, meQuery } from "@/features/auth/queries";
import { sentence } from "@/features/calls/words";
import { Listing } from "@/features/platform/listing/listing";
import { NewPlatformUser } from "@/features/platform-users/new-platform-user/new-platform-user";
import { saveUser, type User, type UserEdit, usersQuery } from "@/features/platform-users/queries";
import { dateTime, ownZone } from "@/lib/dates/dates";
import { count } from "@/lib/numbers/numbers";

interface Step {
  name: string;
  change: UserEdit;
  about: string;
  done: string;
  grave?: boolean;
}

/** What may be done with a login. Roles are the owners' to give; nobody works on themselves here. */
export function stepsFor(user: User, me: Pick<Me, "id" | "platform_role">): Step[] {
  if (user.id === me.id) return [];
  const steps: Step[] = [];
  if (me.platform_role === "owner") {
    if (user.platform_role !== "owner")
      steps.push({
        name: "Make an owner",
        change: { platform_role: "owner" },
        about: "Owners work in tenants’ places, read private notes and the mailbox, and make others owners.",
        done: "is an owner",
      });
    if (user.platform_role !== "super_admin")
      steps.push({
        name: "Make a super admin",
        change: { platform_role: "super_admin" },
        about: "Super admins manage tenants, plans and features.",
        done: "is a super admin",
      });
    if (user.platform_role)
      steps.push({
        name: "Take the platform role away",
        change: { platform_role: null },
        about: "Nothing of the platform opens for them any more. Their login stays.",
        done: "has no platform role",
        grave: true,
      });
  }
  if (user.has_mfa)
    steps.push({
      name: "Take the second factor away",
      change: { has_mfa: false },
      about:
        "Only for who has lost it, and whom you have recognised. They sign in by password alone until they set up another.",
      done: "has no second factor",
      grave: true,
    });
  steps.push(
    user.disabled_at
      ? {
          name: "Let in again",
          change: { disabled: false },
          about: "The login works again.",
          done: "can sign in again",
        }
      : {
          name: "Lock out",
          change: { disabled: true },
          about: "The login does not work any more, and all its sessions end at once.",
          done: "is locked out",
          grave: true,
        },
  );
  return steps;
}

/** The platform's own people, and on request every login. */
export function PlatformUsers() {
  const me = useQuery(meQuery).data;
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const [all, setAll] = useState(false);
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ user: User; step: Step } | null>(null);
  const q = useDeferredValue(typed.trim());
  const list = useInfiniteQuery(usersQuery({ ...(q ? { q } : {}), ...(all ? {} : { only_platform: true }) }));
  const change = useMutation({
    mutationFn: ({ user, step }: NonNullable<typeof asked>) => saveUser(user.id, step.change),
    onSuccess: async (_, { user, step }) => {
      await client.invalidateQueries({ queryKey: ["admin", "users"] });
      setAsked(null);
      toast({ text: `${user.name || user.email} ${step.done}` });
    },
  });
  return (
    <>
      <PageHead
        title="People"
        about="Who works for the platform."
        actions={
          me?.platform_role === "owner" && (
            <Button look="main" onClick={() => setAdding(true)}>
              <Plus aria-hidden /> Add a person
            </Button>
          )
        }
      />
      <div className="mb-4 flex flex-wrap items-end gap-x-6 gap-y-3">
        <TextField
          label="Find a login"
          type="search"
          placeholder="Name or e-mail"
          className="grow basis-52 sm:max-w-md"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Switch label="Tenants’ people too" checked={all} onCheckedChange={setAll} className="pb-1.5" />
      </div>
      <Card>
        <Listing
          list={list}
          what="logins"
          icon={Users}
          empty={q ? `Nobody is found for “${q}”` : "Nobody is there"}
        >
          {(users) => (
            <ul className="divide-y divide-line">
              {users.map((user) => (
                <Row
                  key={user.id}
                  user={user}
                  steps={me ? stepsFor(user, me) : []}
                  own={user.id === me?.id}
                  take={(step) => setAsked({ user, step })}
                />
              ))}
            </ul>
          )}
        </Listing>
      </Card>
      {adding && <NewPlatformUser close={() => setAdding(false)} />}
      {asked && (
        <Confirm
          title={`${asked.step.name}: ${asked.user.name || asked.user.email}?`}
          description={asked.step.about}
          action={asked.step.name}
          grave={asked.step.grave ?? false}
          onConfirm={() => change.mutate(asked)}
          cancel={() => {
            setAsked(null);
            change.reset();
          }}
          busy={change.isPending}
          error={change.error}
        />
      )}
    </>
  );
}

interface RowProps {
  user: User;
  steps: Step[];
  own: boolean;
  take: (step: Step) => void;
}

function Row({ user, steps, own, take }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <span className="min-w-0 flex-1 basis-64">
        <span className="font-medium" dir="auto">
          {user.name || user.email}
        </span>
        {own && <span className="text-faint"> (you)</span>}
        <span className="block text-sm text-faint">
          {user.email} ·{" "}
          {user.last_login_at ? `last signed in ${dateTime(user.last_login_at, ownZone)}` : "never signed in"}
          {user.tenants > 0 && ` · in ${count(user.tenants)} ${user.tenants === 1 ? "tenant" : "tenants"}`}
        </span>
      </span>
      <span className="flex flex-wrap items-center gap-2">
        {user.disabled_at && <Badge tone="bad">Locked out</Badge>}
        <Badge tone={user.has_mfa ? "good" : "warn"}>
          {user.has_mfa ? "Second factor" : "No second factor"}
        </Badge>
        {user.platform_role && <Badge tone="accent">{sentence(user.platform_role)}</Badge>}
      </span>
      {steps.length > 0 ? (
        <Menu
          label={`What to do with ${user.name || user.email}`}
          trigger={
            <Button look="quiet" size="icon" aria-label={`More for ${user.name || user.email}`}>
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          {steps.map((step) => (
            <MenuItem key={step.name} onSelect={() => take(step)}>
              {step.name}
            </MenuItem>
          ))}
        </Menu>
      ) : (
        <span className="size-9" />
      )}
    </li>
  );
}
