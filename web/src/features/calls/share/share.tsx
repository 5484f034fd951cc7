import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2Off, Share2 } from "lucide-react";
import { useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Copy } from "@/components/ui/copy/copy";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextField } from "@/components/ui/field/field";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { callKeys } from "@/features/calls/keys";
import { sharesQuery } from "@/features/calls/queries";
import { dateTime } from "@/lib/dates/dates";

const LIVES = [
  { hours: 1, name: "1 hour" },
  { hours: 24, name: "1 day" },
  { hours: 72, name: "3 days" },
  { hours: 168, name: "7 days" },
];

interface Props {
  callId: string;
  zone: string;
  /** There is sound that could be shared. */
  recorded: boolean;
}

/** Links that show the call to somebody without a login. */
export function Share({ callId, zone, recorded }: Props) {
  const me = useQuery(meQuery).data;
  const [open, setOpen] = useState(false);
  if (!me || !may(me, "user")) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Share2 aria-hidden /> Share
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Share this call"
        description="Whoever has the link reads the transcript without signing in, until it is over. Of phone numbers it shows the last four digits."
      >
        {open && (
          <>
            <NewShare callId={callId} recorded={recorded} />
            <Shares callId={callId} zone={zone} />
          </>
        )}
      </Dialog>
    </>
  );
}

function NewShare({ callId, recorded }: { callId: string; recorded: boolean }) {
  const client = useQueryClient();
  const [hours, setHours] = useState(24);
  const [sound, setSound] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/calls/{id}/shares", {
          params: { path: { id: callId }, header: once() },
          body: { expires_in_hours: hours, with_recording: sound },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: callKeys.shares(callId) }),
  });
  const token = make.data?.token;
  if (token) {
    const link = new URL(`/shared/${token}`, window.location.origin).href;
    return (
      <div className="flex flex-col gap-2">
        <div className="flex items-end gap-2">
          <TextField
            label="Link"
            readOnly
            className="grow"
            value={link}
            onFocus={(event) => event.target.select()}
          />
          <Copy text={link} />
        </div>
        <p className="text-sm text-faint">It is shown this once. Copy it now.</p>
      </div>
    );
  }
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!make.isPending) make.mutate();
      }}
    >
      <SelectField label="Good for" value={hours} onChange={(event) => setHours(Number(event.target.value))}>
        {LIVES.map((life) => (
          <option key={life.hours} value={life.hours}>
            {life.name}
          </option>
        ))}
      </SelectField>
      {recorded && (
        <label className="inline-flex min-h-8 items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={sound}
            onChange={(event) => setSound(event.target.checked)}
          />
          They may listen to the recording too
        </label>
      )}
      {make.isError && <FormProblem>{explain(make.error)}</FormProblem>}
      <Button type="submit" look="main" className="self-end" busy={make.isPending}>
        Make a link
      </Button>
    </form>
  );
}

function Shares({ callId, zone }: { callId: string; zone: string }) {
  const client = useQueryClient();
  const shares = useQuery(sharesQuery(callId));
  const end = useMutation({
    mutationFn: (share_id: string) =>
      ask(api.DELETE("/calls/{id}/shares/{share_id}", { params: { path: { id: callId, share_id } } })),
    onSuccess: () => toast({ text: "The link shows nothing any more." }),
    onError: (error) => toast({ tone: "bad", text: `The link was not ended. ${explain(error)}` }),
    onSettled: () => client.invalidateQueries({ queryKey: callKeys.shares(callId) }),
  });
  if (shares.isError && !shares.data)
    return <Failure error={shares.error} retry={() => void shares.refetch()} />;
  if (!shares.data) return <Waiting rows={2} what="Loading links" />;
  if (shares.data.length === 0) return null;
  return (
    <section aria-label="Links of this call">
      <h3 className="mb-1 font-medium">Links of this call</h3>
      <ul className="divide-y divide-line">
        {shares.data.map((share) => {
          const over = Boolean(share.revoked_at) || Date.parse(share.expires_at) < Date.now();
          return (
            <li key={share.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
              <span className="min-w-0 flex-1">
                <bdi>{share.created_by}</bdi>, {dateTime(share.created_at, zone)}
                <span className="block text-sm text-faint">
                  {share.revoked_at ? "ended" : `${over ? "was" : "is"} good until`}{" "}
                  {dateTime(share.revoked_at ?? share.expires_at, zone)}
                  {share.with_recording && ", with the recording"}
                </span>
              </span>
              {over ? (
                <Badge>Over</Badge>
              ) : (
                <Button size="small" disabled={end.isPending} onClick={() => end.mutate(share.id)}>
                  <Link2Off aria-hidden /> End it
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
