import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ask, once } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Badge, type Tone } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { type Invitation, invitationsQuery, invited, roleName } from "@/features/people/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";

const STANDINGS: Record<ReturnType<typeof invited>, { name: string; tone: Tone }> = {
  open: { name: "Waiting", tone: "accent" },
  accepted: { name: "Accepted", tone: "good" },
  revoked: { name: "Taken back", tone: "plain" },
  over: { name: "Too old", tone: "warn" },
};

/** Invitations that wait, to be taken back, and those that came to nothing, to be sent again. */
export function Invitations({ owner }: { owner: boolean }) {
  const client = useQueryClient();
  const zone = useZone();
  const list = useQuery(invitationsQuery);
  const renew = () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  const send = useMutation({
    mutationFn: ({ email, role }: { email: string; role: string }) =>
      ask(api.POST("/invites", { params: { header: once() }, body: { email, role } })),
    onSuccess: (_, { email }) => toast({ text: `An invitation is on its way to ${email}.` }),
    onError: (error) => toast({ text: `It was not sent. ${explain(error)}`, tone: "bad" }),
    onSettled: renew,
  });
  const revoke = useMutation({
    mutationFn: ({ id }: Invitation) => ask(api.DELETE("/invites/{id}", { params: { path: { id } } })),
    onSuccess: (_, invitation) =>
      toast({
        text: `The invitation of ${invitation.email} is taken back: its link lets nobody in.`,
        ...(invitation.role === "customer" ? {} : { undo: () => send.mutate(invitation) }),
      }),
    onError: (error) => toast({ text: `It was not taken back. ${explain(error)}`, tone: "bad" }),
    onSettled: renew,
  });
  const now = Date.now();
  // Who came is among the people; of the others the latest of each address says it all.
  const seen = new Set<string>();
  const rows = (list.data ?? []).filter((one) => {
    const first = !seen.has(one.email);
    seen.add(one.email);
    return first && invited(one, now) !== "accepted";
  });
  return (
    <Card title="Invitations" className="mt-5">
      {list.isPending ? (
        <Waiting rows={2} what="Loading invitations" />
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <p className="text-faint">No invitation is waiting.</p>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((one) => {
            const standing = invited(one, now);
            const again = standing !== "open" && one.role !== "customer";
            return (
              <li
                key={one.id}
                className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0"
              >
                <div className="min-w-0 flex-1 basis-56">
                  <p className="flex flex-wrap items-center gap-2">
                    <span className="min-w-0 font-medium break-words">{one.email}</span>
                    <Badge tone={STANDINGS[standing].tone}>{STANDINGS[standing].name}</Badge>
                  </p>
                  <p className="text-sm text-faint">
                    {roleName(one.role)} · sent {dateTime(one.created_at, zone)}
                    {standing === "open" && ` · good until ${dateTime(one.expires_at, zone)}`}
                  </p>
                </div>
                {standing === "open" && (
                  <Button
                    size="small"
                    busy={revoke.isPending && revoke.variables.id === one.id}
                    onClick={() => revoke.mutate(one)}
                    aria-label={`Take back the invitation of ${one.email}`}
                  >
                    Take back
                  </Button>
                )}
                {again && (owner || one.role !== "tenant_owner") && (
                  <Button
                    size="small"
                    busy={send.isPending && send.variables.email === one.email}
                    onClick={() => send.mutate(one)}
                    aria-label={`Send the invitation of ${one.email} again`}
                  >
                    Send again
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
