import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { TextArea } from "@/components/ui/field/field";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { callKeys } from "@/features/calls/keys";
import { type Note, notesQuery } from "@/features/calls/queries";
import { dateTime } from "@/lib/dates/dates";

const LONGEST = 5000;

/** What people wrote about the call. */
export function Notes({ callId, zone }: { callId: string; zone: string }) {
  const client = useQueryClient();
  const me = useQuery(meQuery).data;
  const notes = useQuery(notesQuery(callId));
  const key = callKeys.notes(callId);
  const set = (change: (old: Note[]) => Note[]) =>
    client.setQueryData(key, (old: Note[] | undefined) => old && change(old));
  // It is gone from the page at once, and from the server when nobody took it back.
  const remove = (note: Note) => {
    set((old) => old.filter((one) => one.id !== note.id));
    const back = () =>
      set((old) => [...old, note].sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at)));
    toast({
      text: "The note is deleted.",
      undo: back,
      closed: () => {
        const params = { path: { id: callId, note_id: note.id } };
        ask(api.DELETE("/calls/{id}/notes/{note_id}", { params })).catch((error: unknown) => {
          back();
          toast({ tone: "bad", text: `The note was not deleted. ${explain(error)}` });
        });
      },
    });
  };
  if (notes.isError && !notes.data) return <Failure error={notes.error} retry={() => void notes.refetch()} />;
  if (!notes.data) return <Waiting rows={2} what="Loading notes" />;
  const writes = me !== undefined && may(me, "user");
  return (
    <>
      {notes.data.length === 0 && !writes && <p className="text-faint">Nobody has written a note.</p>}
      <ul className="flex flex-col gap-3">
        {notes.data.map((note) => (
          <li key={note.id} className="rounded-lg bg-page px-3 py-2">
            <div className="flex items-center gap-2 text-sm text-faint">
              <bdi className="font-medium text-ink">{note.author}</bdi>
              <time dateTime={note.created_at} className="min-w-0 flex-1 truncate">
                {dateTime(note.created_at, zone)}
              </time>
              {me && ((note.is_own && writes) || may(me, "admin")) && (
                <Button
                  look="quiet"
                  size="icon"
                  className="size-7 print:hidden"
                  aria-label={`Delete the note of ${note.author}`}
                  onClick={() => remove(note)}
                >
                  <Trash2 aria-hidden />
                </Button>
              )}
            </div>
            <p dir="auto" className="whitespace-pre-wrap">
              {note.text}
            </p>
          </li>
        ))}
      </ul>
      {writes && <Writing callId={callId} wrote={(note) => set((old) => [...old, note])} />}
    </>
  );
}

function Writing({ callId, wrote }: { callId: string; wrote: (note: Note) => void }) {
  const [text, setText] = useState("");
  const add = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/calls/{id}/notes", {
          params: { path: { id: callId }, header: once() },
          body: { text: text.trim() },
        }),
      ),
    onSuccess: (note) => {
      wrote(note);
      setText("");
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() && !add.isPending) add.mutate();
  };
  return (
    <form className="mt-3 flex flex-col gap-2 print:hidden" onSubmit={send}>
      <TextArea
        label="New note"
        hideLabel
        placeholder="Write a note"
        rows={2}
        maxLength={LONGEST}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
        }}
      />
      {add.isError && <FormProblem>{explain(add.error)}</FormProblem>}
      {text.trim() !== "" && (
        <Button type="submit" look="main" size="small" className="self-end" busy={add.isPending}>
          Add note
        </Button>
      )}
    </form>
  );
}
