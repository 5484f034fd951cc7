import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Bell, Check, CheckCheck } from "lucide-react";
import { api, ask, once } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { type Notification, notificationsQuery } from "@/features/notifications/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";

/** Marks them read at once; what the server does not take is unread again. */
function useRead() {
  const client = useQueryClient();
  const put = (ids: readonly string[], read_at: string | null) =>
    client.setQueryData(notificationsQuery.queryKey, (old) =>
      old
        ? {
            ...old,
            pages: old.pages.map((page) => ({
              ...page,
              data: page.data.map((one) => (ids.includes(one.id) ? { ...one, read_at } : one)),
            })),
          }
        : old,
    );
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids)
        await ask(api.POST("/notifications/{id}/read", { params: { path: { id }, header: once() } }));
    },
    onMutate: async (ids) => {
      await client.cancelQueries({ queryKey: notificationsQuery.queryKey });
      put(ids, new Date().toISOString());
    },
    onError: (error) => {
      toast({ text: `Not all were marked read. ${explain(error)}`, tone: "bad" });
      return client.invalidateQueries({ queryKey: notificationsQuery.queryKey });
    },
  });
}

/** What one is told, the newest first. */
export function NotificationList() {
  const zone = useZone();
  const list = useInfiniteQuery(notificationsQuery);
  const read = useRead();
  const all = list.data?.pages.flatMap((page) => page.data) ?? [];
  const unread = all.filter((one) => !one.read_at).map((one) => one.id);
  return (
    <>
      <PageHead
        title="Notifications"
        actions={
          unread.length > 0 && (
            <Button busy={read.isPending} onClick={() => read.mutate(unread)}>
              <CheckCheck aria-hidden /> Mark all read
            </Button>
          )
        }
      />
      <Card>
        {list.isPending ? (
          <Waiting what="Loading notifications" />
        ) : list.isError && !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : all.length === 0 ? (
          <Empty icon={Bell} title="Nothing to tell you">
            What needs your attention will be here.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {all.map((one) => (
              <Item key={one.id} one={one} zone={zone} read={() => read.mutate([one.id])} />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Earlier ones
          </Button>
        )}
      </Card>
    </>
  );
}

function Item({ one, zone, read }: { one: Notification; zone: string; read: () => void }) {
  const router = useRouter();
  // A path of the dashboard, and nothing else.
  const link = one.link?.startsWith("/") && !one.link.startsWith("//") ? one.link : null;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          {link ? (
            <a
              href={link}
              dir="auto"
              className="min-h-6 font-medium underline underline-offset-4"
              onClick={(event) => {
                if (!one.read_at) read();
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                router.history.push(link);
              }}
            >
              {one.title}
            </a>
          ) : (
            <span dir="auto" className="font-medium">
              {one.title}
            </span>
          )}
          {!one.read_at && <Badge tone="accent">New</Badge>}
        </p>
        <p dir="auto" className="whitespace-pre-line">
          {one.body}
        </p>
        <p className="text-sm text-faint">
          <time dateTime={one.created_at}>{dateTime(one.created_at, zone)}</time>
          {one.for_all && " · for all administrators"}
        </p>
      </div>
      {!one.read_at && (
        <Button size="small" look="quiet" onClick={read} aria-label={`Mark read: ${one.title}`}>
          <Check aria-hidden /> Mark read
        </Button>
      )}
    </li>
  );
}
