import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextArea } from "@/components/ui/field/field";
import { FormProblem } from "@/components/ui/states/states";
import { callKeys } from "@/features/calls/keys";
import type { Turn } from "@/features/calls/queries";

/** Puts right what was heard wrongly. What was heard stays beside it. */
export function Correction({ callId, turn, done }: { callId: string; turn: Turn; done: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState(turn.text);
  const heard = turn.heard_text;
  const save = useMutation({
    mutationFn: (to: string) =>
      ask(
        api.PATCH("/calls/{id}/turns/{seq}", {
          params: { path: { id: callId, seq: turn.seq } },
          body: { text: to },
        }),
      ),
    onSuccess: (now) => {
      client.setQueryData(callKeys.turns(callId), (old: Turn[] | undefined) =>
        old?.map((one) => (one.seq === now.seq ? now : one)),
      );
      done();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !save.isPending && done()}
      title="Correct what was said"
      description="What was heard is kept, and the change is in the activity log."
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() && !save.isPending) save.mutate(text.trim());
        }}
      >
        <TextArea
          label={turn.speaker === "agent" ? "The agent said" : "The caller said"}
          dir="auto"
          rows={4}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {heard != null && (
          <p className="text-sm text-faint">
            Heard: <bdi>{heard}</bdi>
          </p>
        )}
        {save.isError && <FormProblem>{explain(save.error)}</FormProblem>}
        <div className="flex flex-wrap justify-end gap-2">
          {heard != null && (
            <Button disabled={save.isPending} onClick={() => save.mutate(heard)}>
              Back to what was heard
            </Button>
          )}
          <Button type="submit" look="main" busy={save.isPending} disabled={!text.trim()}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
