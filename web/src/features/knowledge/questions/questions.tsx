import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, CircleHelp, MoreHorizontal, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Menu, MenuItem } from "@/components/ui/menu/menu";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { leave, useLeaving } from "@/features/knowledge/leaving";
import { type Question, questionsQuery } from "@/features/knowledge/queries";
import { QuestionDialog } from "@/features/knowledge/question-form/question-form";
import { moved } from "@/features/knowledge/words";

function useMove(rows: Question[]) {
  const client = useQueryClient();
  const { queryKey } = questionsQuery;
  return useMutation({
    mutationFn: ({ changed }: ReturnType<typeof moved<Question>>) =>
      Promise.all(
        changed.map(({ id, position }) =>
          ask(api.PATCH("/knowledge/faqs/{id}", { params: { path: { id } }, body: { position } })),
        ),
      ),
    onMutate: async (next) => {
      await client.cancelQueries({ queryKey });
      client.setQueryData(queryKey, next.rows);
    },
    onError: (error) => {
      client.setQueryData(queryKey, rows);
      toast({ text: `It was not moved. ${explain(error)}`, tone: "bad" });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

export function Questions({ edits }: { edits: boolean }) {
  const client = useQueryClient();
  const list = useQuery(questionsQuery);
  const leaving = useLeaving();
  const rows = (list.data ?? []).filter((row) => !leaving.has(row.id));
  const move = useMove(rows);
  const [open, setOpen] = useState<{ id: string | null } | null>(null);
  const remove = (row: Question) =>
    leave({
      id: row.id,
      said: `“${row.question}” is deleted.`,
      remove: () => ask(api.DELETE("/knowledge/faqs/{id}", { params: { path: { id: row.id } } })),
      renew: () => client.invalidateQueries({ queryKey: questionsQuery.queryKey }),
    });
  return (
    <Card
      title="Questions and answers"
      actions={
        edits && (
          <Button look="main" onClick={() => setOpen({ id: null })}>
            <Plus aria-hidden /> New question
          </Button>
        )
      }
    >
      {list.isPending ? (
        <Waiting rows={8} what="Loading questions" />
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon={CircleHelp} title="No questions yet">
          {edits
            ? "Add what callers often ask. Agents answer with your words, and with no others."
            : "Who administers this business can add what callers often ask."}
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((row, n) => (
            <li key={row.id} className="flex items-start gap-3 py-3">
              <div className="min-w-0 flex-1">
                <p className="font-medium" dir="auto">
                  {row.question}
                </p>
                <p className="whitespace-pre-wrap" dir="auto">
                  {row.answer}
                </p>
                {row.keywords.length > 0 && (
                  <p className="text-sm text-faint" dir="auto">
                    Known by: {row.keywords.join(", ")}
                  </p>
                )}
              </div>
              {edits && (
                <Menu
                  label={row.question}
                  trigger={
                    <Button look="quiet" size="icon" aria-label={`What to do with ${row.question}`}>
                      <MoreHorizontal aria-hidden />
                    </Button>
                  }
                >
                  <MenuItem onSelect={() => setOpen({ id: row.id })}>
                    <Pencil aria-hidden /> Edit
                  </MenuItem>
                  <MenuItem disabled={n === 0} onSelect={() => move.mutate(moved(rows, row.id, -1))}>
                    <ArrowUp aria-hidden /> Move up
                  </MenuItem>
                  <MenuItem
                    disabled={n === rows.length - 1}
                    onSelect={() => move.mutate(moved(rows, row.id, 1))}
                  >
                    <ArrowDown aria-hidden /> Move down
                  </MenuItem>
                  <MenuItem onSelect={() => remove(row)}>
                    <Trash2 aria-hidden /> Delete
                  </MenuItem>
                </Menu>
              )}
            </li>
          ))}
        </ul>
      )}
      {open && <QuestionDialog id={open.id} last={rows.length} close={() => setOpen(null)} />}
    </Card>
  );
}
