import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AudioLines, Braces, Captions, Download, Printer, Table2, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu/menu";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { callKeys } from "@/features/calls/keys";
import { soundQuery } from "@/features/calls/queries";
import { save } from "@/lib/save/save";

const FORMATS = [
  { format: "json", name: "Everything (JSON)", icon: Braces },
  { format: "csv", name: "Turns (CSV)", icon: Table2 },
  { format: "vtt", name: "Captions (VTT)", icon: Captions },
] as const;
type Format = (typeof FORMATS)[number]["format"];

interface Props {
  callId: string;
  /** The recording whose sound can be had. */
  recording: string | undefined;
  /** A call that goes on cannot be deleted. */
  live: boolean;
}

/** Takes the call along, or away. */
export function ExportMenu({ callId, recording, live }: Props) {
  const client = useQueryClient();
  const me = useQuery(meQuery).data;
  const [asking, setAsking] = useState(false);
  const failed = (error: unknown) => toast({ tone: "bad", text: `Not exported. ${explain(error)}` });
  const take = useMutation({
    mutationFn: async (format: Format) => {
      const params = { path: { id: callId }, query: { format } };
      const file = await ask(api.GET("/calls/{id}/export", { params, parseAs: "blob" }));
      save(file as Blob, `call-${callId}.${format}`);
    },
    onError: failed,
  });
  const listen = async () => {
    if (!recording) return;
    try {
      const { url } = await client.fetchQuery(soundQuery(callId, recording));
      window.location.assign(`${url}?download=1`);
    } catch (error) {
      failed(error);
    }
  };
  return (
    <>
      <Menu
        label="Export"
        trigger={
          <Button busy={take.isPending}>
            <Download aria-hidden /> Export
          </Button>
        }
      >
        {FORMATS.map(({ format, name, icon: Icon }) => (
          <MenuItem key={format} onSelect={() => take.mutate(format)}>
            <Icon aria-hidden /> {name}
          </MenuItem>
        ))}
        {recording && (
          <MenuItem onSelect={() => void listen()}>
            <AudioLines aria-hidden /> Recording (WAV)
          </MenuItem>
        )}
        <MenuItem onSelect={() => setTimeout(() => window.print())}>
          <Printer aria-hidden /> Print or PDF
        </MenuItem>
        {me && may(me, "admin") && !live && (
          <>
            <MenuLine />
            <MenuItem className="text-bad" onSelect={() => setAsking(true)}>
              <Trash2 aria-hidden /> Delete call
            </MenuItem>
          </>
        )}
      </Menu>
      {asking && <DeleteCall callId={callId} cancel={() => setAsking(false)} />}
    </>
  );
}

function DeleteCall({ callId, cancel }: { callId: string; cancel: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/calls/{id}", { params: { path: { id: callId } } })),
    onSuccess: async () => {
      await navigate({ to: "/calls" });
      client.removeQueries({ queryKey: callKeys.one(callId) });
      void client.resetQueries({ queryKey: callKeys.longLists });
      void client.invalidateQueries({ queryKey: callKeys.lists });
      toast({ text: "The call is deleted." });
    },
  });
  return (
    <Confirm
      title="Delete this call?"
      description="It is gone from the lists and from the search, for everybody, and cannot be brought back here. It still counts in the month's usage."
      action="Delete call"
      grave
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      cancel={cancel}
    />
  );
}
