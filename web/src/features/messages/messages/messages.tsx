import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessageSquare } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { SelectField } from "@/components/ui/field/field";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { sentence } from "@/features/calls/words";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";
import { phone } from "@/lib/phones/phones";

type Message = components["schemas"]["MessageView"];
const CHANNELS: Record<string, string> = { call: "Left in a call", sms: "Text", email: "E-mail" };

export function Messages() {
  const zone = useZone();
  const [channel, setChannel] = useState("");
  const list = useInfiniteQuery({
    queryKey: ["messages", channel],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/messages", {
          params: { query: { ...(channel ? { channel } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
  });
  const messages = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <PageHead
        title="Messages"
        actions={
          <SelectField label="Channel" value={channel} onChange={(event) => setChannel(event.target.value)}>
            <option value="">All</option>
            {Object.entries(CHANNELS).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
        }
      />
      <Card>
        {list.isPending ? (
          <Waiting what="Loading messages" />
        ) : list.isError && !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : messages.length === 0 ? (
          <Empty icon={MessageSquare} title="No messages">
            What callers leave with the agent, and texts to your numbers, appear here.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {messages.map((message) => (
              <Row key={message.id} message={message} zone={zone} />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Earlier messages
          </Button>
        )}
      </Card>
    </>
  );
}

function Row({ message, zone }: { message: Message; zone: string }) {
  const outbound = message.direction === "outbound";
  const failed = message.status === "failed" || message.status === "undelivered";
  return (
    <li className="py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium" dir="auto">
          {outbound ? `To ${phone(message.to)}` : message.sender_name || phone(message.from)}
        </span>
        <Badge>{CHANNELS[message.channel] ?? message.channel}</Badge>
        {message.status && outbound && (
          <Badge tone={failed ? "bad" : "plain"}>{sentence(message.status)}</Badge>
        )}
        <time className="text-sm text-faint" dateTime={message.created_at}>
          {dateTime(message.created_at, zone)}
        </time>
        {message.call_id && (
          <Link
            to="/calls/$callId"
            params={{ callId: message.call_id }}
            className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
          >
            Call
          </Link>
        )}
      </p>
      <p className="mt-1 whitespace-pre-wrap" dir="auto">
        {message.text}
      </p>
    </li>
  );
}
