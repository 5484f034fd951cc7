import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Empty, Failure, NoAccess, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { NewKey } from "@/features/keys/new-key/new-key";
import { type Key, keysQuery, scopeName } from "@/features/keys/queries";
import { peopleQuery } from "@/features/people/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";

export function Keys() {
  const me = useQuery(meQuery).data;
  const inPlace = Boolean(me?.impersonation);
  const open = me !== undefined && may(me, "admin") && !inPlace;
  const list = useQuery({ ...keysQuery, enabled: open });
  const [making, setMaking] = useState(false);
  const [asked, setAsked] = useState<Key | null>(null);
  const now = Date.now();
  const isOver = (key: Key) =>
    Boolean(key.revoked_at || (key.expires_at && Date.parse(key.expires_at) <= now));
  const keys = list.data ?? [];
  const over = keys.filter(isOver);
  return (
    <>
      <PageHead
        title="API keys"
        about={
          <>
            For programs of your own.{" "}
            <a href="/api/docs/" className="text-accent underline underline-offset-4">
              What they can ask
            </a>
          </>
        }
        actions={
          open && (
            <Button look="main" onClick={() => setMaking(true)}>
              <Plus aria-hidden /> New key
            </Button>
          )
        }
      />
      <Card title="In use">
        {me && !open ? (
          <NoAccess>
            {inPlace
              ? "Keys outlive a visit in somebody’s place: only the business’s own people see and make them."
              : "Somebody who administers this business sees and makes its keys."}
          </NoAccess>
        ) : list.isPending ? (
          <Waiting what="Loading keys" />
        ) : list.isError && !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : keys.length === over.length ? (
          <Empty icon={KeyRound} title="No key is in use">
            Make one for each program, so that you can revoke it alone.
          </Empty>
        ) : (
          <Rows keys={keys.filter((key) => !isOver(key))} revoke={setAsked} />
        )}
      </Card>
      {over.length > 0 && (
        <Card title="Revoked or run out" className="mt-5">
          <Rows keys={over} />
        </Card>
      )}
      {making && <NewKey close={() => setMaking(false)} />}
      {asked && <Revoke asked={asked} close={() => setAsked(null)} />}
    </>
  );
}

function Rows({ keys, revoke }: { keys: Key[]; revoke?: (key: Key) => void }) {
  const zone = useZone();
  const people = useQuery(peopleQuery).data ?? [];
  const name = (id: string | null | undefined) => {
    const maker = people.find((one) => one.id === id);
    return maker ? ` by ${maker.name || maker.email}` : "";
  };
  return (
    <ul className="divide-y divide-line">
      {keys.map((key) => (
        <li key={key.id} className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
          <div className="min-w-0 flex-1 basis-64">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-medium" dir="auto">
                {key.name}
              </span>
              <Badge tone={key.mode === "test" ? "warn" : "plain"}>
                {key.mode === "test" ? "Test" : "Live"}
              </Badge>
              <code className="text-sm">{key.prefix}…</code>
            </p>
            <p className="text-sm">{key.scopes.map(scopeName).join(" · ")}</p>
            <p className="text-sm text-faint">
              Made {dateTime(key.created_at, zone)}
              {name(key.created_by)} ·{" "}
              {key.last_used_at ? `last used ${dateTime(key.last_used_at, zone)}` : "never used"}
              {key.revoked_at
                ? ` · revoked ${dateTime(key.revoked_at, zone)}`
                : key.expires_at && ` · good until ${dateTime(key.expires_at, zone)}`}
            </p>
          </div>
          {revoke && (
            <Button size="small" onClick={() => revoke(key)} aria-label={`Revoke ${key.name}`}>
              Revoke
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Revoke({ asked, close }: { asked: Key; close: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => ask(api.DELETE("/api-keys/{id}", { params: { path: { id: asked.id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keysQuery.queryKey });
      toast({ text: `“${asked.name}” is revoked.` });
      close();
    },
  });
  return (
    <Confirm
      title={`Revoke “${asked.name}”?`}
      description="Programs that use it are refused from this moment. It cannot be taken back."
      action="Revoke key"
      grave
      busy={revoke.isPending}
      error={revoke.error}
      cancel={close}
      onConfirm={() => revoke.mutate()}
    />
  );
}
