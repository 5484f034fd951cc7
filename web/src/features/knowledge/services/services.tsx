import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, MoreHorizontal, Pencil, Plus, Scissors, Trash2 } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Menu, MenuItem } from "@/components/ui/menu/menu";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import { settingsQuery } from "@/features/auth/queries";
import { leave, useLeaving } from "@/features/knowledge/leaving";
import { type Service, servicesQuery } from "@/features/knowledge/queries";
import { ServiceDialog } from "@/features/knowledge/service-form/service-form";
import { minutes, moved } from "@/features/knowledge/words";
import { money } from "@/lib/money/money";

/** Changes of a row that are seen at once and taken back when they fail. */
function useChanges() {
  const client = useQueryClient();
  const { queryKey } = servicesQuery;
  return useMutation({
    mutationFn: ({ changed }: { rows: Service[]; changed: { id: string; body: Partial<Service> }[] }) =>
      Promise.all(
        changed.map(({ id, body }) =>
          ask(api.PATCH("/knowledge/services/{id}", { params: { path: { id } }, body })),
        ),
      ),
    onMutate: async ({ rows }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      client.setQueryData(queryKey, rows);
      return { before };
    },
    onError: (error, _, kept) => {
      client.setQueryData(queryKey, kept?.before);
      toast({ text: `It was not changed. ${explain(error)}`, tone: "bad" });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

export function Services({ edits }: { edits: boolean }) {
  const client = useQueryClient();
  const list = useQuery(servicesQuery);
  const currency = useQuery(settingsQuery).data?.currency;
  const leaving = useLeaving();
  const change = useChanges();
  const [open, setOpen] = useState<{ id: string | null } | null>(null);
  const rows = (list.data ?? []).filter((row) => !leaving.has(row.id));

  const activate = (row: Service, active: boolean) => {
    const set = (to: boolean) =>
      change.mutate({
        rows: (client.getQueryData(servicesQuery.queryKey) ?? []).map((other) =>
          other.id === row.id ? { ...other, active: to } : other,
        ),
        changed: [{ id: row.id, body: { active: to } }],
      });
    set(active);
    toast({
      text: active ? `Callers hear of “${row.name}”.` : `Callers hear of “${row.name}” no longer.`,
      undo: () => set(!active),
    });
  };
  const move = (row: Service, by: -1 | 1) => {
    const next = moved(rows, row.id, by);
    change.mutate({
      rows: next.rows,
      changed: next.changed.map(({ id, position }) => ({ id, body: { position } })),
    });
  };
  const remove = (row: Service) =>
    leave({
      id: row.id,
      said: `“${row.name}” is deleted.`,
      remove: () => ask(api.DELETE("/knowledge/services/{id}", { params: { path: { id: row.id } } })),
      renew: () => client.invalidateQueries({ queryKey: servicesQuery.queryKey }),
    });

  return (
    <Card
      title="Services"
      actions={
        edits && (
          <Button look="main" onClick={() => setOpen({ id: null })}>
            <Plus aria-hidden /> New service
          </Button>
        )
      }
    >
      {list.isPending ? (
        <Waiting rows={8} what="Loading services" />
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon={Scissors} title="No services yet">
          {edits
            ? "Add what callers can ask for and book: agents tell its price and length, and find a time for it."
            : "Who administers this business can add what callers can book."}
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((row, n) => (
            <li key={row.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
              <div className="min-w-0 grow basis-full sm:flex-1 sm:basis-56">
                <p className="font-medium" dir="auto">
                  {row.name}
                </p>
                {row.description && (
                  <p className="line-clamp-2 text-sm text-faint" dir="auto">
                    {row.description}
                  </p>
                )}
              </div>
              <p className="min-w-32 flex-1 tabular-nums sm:flex-none sm:text-right">
                {row.price_minor === null ? (
                  <span className="text-faint">Price depends</span>
                ) : (
                  currency && money(row.price_minor, currency)
                )}
                <span className="block text-sm text-faint">{minutes(row.duration_min)}</span>
              </p>
              <span className="flex items-center gap-2">
                {edits ? (
                  <>
                    <Switch
                      label={
                        <>
                          Bookable<span className="sr-only">: {row.name}</span>
                        </>
                      }
                      checked={row.active}
                      onCheckedChange={(active) => activate(row, active)}
                    />
                    <Menu
                      label={row.name}
                      trigger={
                        <Button look="quiet" size="icon" aria-label={`What to do with ${row.name}`}>
                          <MoreHorizontal aria-hidden />
                        </Button>
                      }
                    >
                      <MenuItem onSelect={() => setOpen({ id: row.id })}>
                        <Pencil aria-hidden /> Edit
                      </MenuItem>
                      <MenuItem disabled={n === 0} onSelect={() => move(row, -1)}>
                        <ArrowUp aria-hidden /> Move up
                      </MenuItem>
                      <MenuItem disabled={n === rows.length - 1} onSelect={() => move(row, 1)}>
                        <ArrowDown aria-hidden /> Move down
                      </MenuItem>
                      <MenuItem onSelect={() => remove(row)}>
                        <Trash2 aria-hidden /> Delete
                      </MenuItem>
                    </Menu>
                  </>
                ) : (
                  <span className="text-sm text-faint">{row.active ? "Bookable" : "Not offered"}</span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {open && currency && (
        <ServiceDialog
          id={open.id}
          currency={currency}
          others={rows.filter((row) => row.id !== open.id).map((row) => row.name)}
          last={rows.length}
          close={() => setOpen(null)}
        />
      )}
    </Card>
  );
}
