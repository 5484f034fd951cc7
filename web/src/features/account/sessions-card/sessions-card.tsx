import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { device, sessionsQuery } from "@/features/account/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";

/** Where one is signed in. The others can be ended. */
export function SessionsCard() {
  const client = useQueryClient();
  const zone = useZone();
  const list = useQuery(sessionsQuery);
  const end = useMutation({
    mutationFn: (ids: string[]) =>
      Promise.all(ids.map((id) => ask(api.DELETE("/me/sessions/{id}", { params: { path: { id } } })))),
    onSuccess: (_, ids) =>
      toast({ text: ids.length === 1 ? "That session has ended." : `${ids.length} sessions have ended.` }),
    onError: (error) => toast({ text: `It has not ended. ${explain(error)}`, tone: "bad" }),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const others = (list.data ?? []).filter((one) => !one.is_this).map((one) => one.id);
  return (
    <Card
      title="Where you are signed in"
      actions={
        others.length > 1 && (
          <Button size="small" busy={end.isPending} onClick={() => end.mutate(others)}>
            End all others
          </Button>
        )
      }
    >
      {list.isPending ? (
        <Waiting rows={3} what="Loading sessions" />
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : (
        <ul className="divide-y divide-line">
          {list.data.map((one) => (
            <li
              key={one.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0"
            >
              <MonitorSmartphone className="size-5 shrink-0 text-faint" aria-hidden />
              <div className="min-w-0 flex-1 basis-52">
                <p className="flex flex-wrap items-center gap-2 font-medium">
                  {device(one.user_agent)}
                  {one.is_this && <Badge tone="accent">This one</Badge>}
                </p>
                <p className="text-sm text-faint">
                  {one.ip && `${one.ip} · `}since {dateTime(one.created_at, zone)} · last seen{" "}
                  {dateTime(one.last_seen_at, zone)}
                </p>
              </div>
              {!one.is_this && (
                <Button
                  size="small"
                  busy={end.isPending && end.variables.includes(one.id)}
                  onClick={() => end.mutate([one.id])}
                  aria-label={`End the session of ${device(one.user_agent)}, since ${dateTime(one.created_at, zone)}`}
                >
                  End
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
