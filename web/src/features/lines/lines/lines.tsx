import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Phone, Plus, ShoppingCart } from "lucide-react";
import { useState } from "react";
import { api, ask, once } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Confirm } from "@/components/ui/confirm/confirm";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { BuyNumber } from "@/features/lines/buy-number/buy-number";
import { LineDialog } from "@/features/lines/line-form/line-form";
import { LineTrial } from "@/features/lines/line-trial/line-trial";
import { agentChoicesQuery, type Line, linesQuery, menuChoicesQuery } from "@/features/lines/queries";
import { endingInWords, modeLabel, target } from "@/features/lines/words";
import { phone } from "@/lib/phones/phones";

type Named = Pick<components["schemas"]["AgentView"], "id" | "name">;
type Open =
  | { kind: "edit"; id: string | null }
  | { kind: "buy" }
  | { kind: "bought"; number: string }
  | { kind: "gone"; line: Line }
  | { kind: "try"; line: Line };

/** The tenant's lines: each a number, and how it answers. */
export function Lines() {
  const me = useQuery(meQuery).data;
  const edits = me !== undefined && may(me, "admin");
  const list = useQuery(linesQuery);
  const agents = useQuery(agentChoicesQuery).data ?? [];
  const menus = useQuery(menuChoicesQuery).data ?? [];
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <PageHead
        title="Phone numbers"
        about="A change counts from the next call on."
        actions={
          edits && (
            <>
              <Button onClick={() => setOpen({ kind: "edit", id: null })}>
                <Plus aria-hidden /> New line
              </Button>
              <Button look="main" onClick={() => setOpen({ kind: "buy" })}>
                <ShoppingCart aria-hidden /> Buy a number
              </Button>
            </>
          )
        }
      />
      {list.isPending ? (
        <Card>
          <Waiting what="Loading phone numbers" />
        </Card>
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Card>
          <Empty icon={Phone} title="No phone number yet">
            {edits
              ? "Buy one, or set up a line for a number that you have."
              : "An administrator sets up the first one."}
          </Empty>
        </Card>
      ) : (
        <ul className="grid gap-4 xl:grid-cols-2">
          {list.data.map((line) => (
            <li key={line.id} className="flex">
              <LineCard
                line={line}
                agents={agents}
                menus={menus}
                edit={edits ? () => setOpen({ kind: "edit", id: line.id }) : undefined}
                attempt={edits ? () => setOpen({ kind: "try", line }) : undefined}
                remove={edits && !line.is_root_protected ? () => setOpen({ kind: "gone", line }) : undefined}
              />
            </li>
          ))}
        </ul>
      )}
      {open?.kind === "edit" && <LineDialog id={open.id} close={close} />}
      {open?.kind === "buy" && (
        <BuyNumber choose={(number) => setOpen({ kind: "bought", number })} close={close} />
      )}
      {open?.kind === "bought" && <LineDialog id={null} buying={open.number} close={close} />}
      {open?.kind === "try" && <LineTrial line={open.line} close={close} />}
      {open?.kind === "gone" && <RemoveLine line={open.line} close={close} />}
    </>
  );
}

interface CardProps {
  line: Line;
  agents: readonly Named[];
  menus: readonly Named[];
  edit: (() => void) | undefined;
  attempt: (() => void) | undefined;
  remove: (() => void) | undefined;
}

function LineCard({ line, agents, menus, edit, attempt, remove }: CardProps) {
  const number = line.phone_number ? phone(line.phone_number) : "No number";
  const named = (all: readonly Named[], id: string | null | undefined) =>
    all.find((one) => one.id === id)?.name;
  const rows: [string, string | undefined][] = [];
  if (line.ivr_mode === "simple") rows.push(["Rings", line.forward_to ? target(line.forward_to) : "nowhere"]);
  if (line.ivr_mode === "ivr") {
    rows.push(["Menu", named(menus, line.ivr_menu_id)]);
    if (line.closed_menu_id) rows.push(["When closed", named(menus, line.closed_menu_id)]);
  }
  if (line.ivr_mode !== "simple" && line.agent_id) rows.push(["Agent", named(agents, line.agent_id)]);
  if (line.ivr_mode !== "simple" && line.forward_to) rows.push(["Transfers to", target(line.forward_to)]);
  rows.push(["Otherwise", `the caller ${callerGets(line)}`]);
  return (
    <Card
      className="flex-1"
      title={
        <span className="flex flex-wrap items-center gap-2">
          <span className="text-lg tabular-nums">{number}</span>
          <Badge tone={line.ivr_mode === "ai-voice" ? "accent" : "plain"}>{modeLabel(line.ivr_mode)}</Badge>
          {line.is_bought && <Badge>Bought here</Badge>}
          {!line.record && <Badge tone="warn">Not recorded</Badge>}
        </span>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-faint">{name}</dt>
            <dd dir="auto">{value ?? "…"}</dd>
          </div>
        ))}
      </dl>
      {(edit || remove) && (
        <div className="mt-4 flex flex-wrap gap-2">
          {edit && (
            <Button size="small" onClick={edit} aria-label={`Edit ${number}`}>
              Edit
            </Button>
          )}
          {attempt && (
            <Button size="small" onClick={attempt} aria-label={`Test ${number}`}>
              Test
            </Button>
          )}
          {remove && (
            <Button
              size="small"
              look="quiet"
              onClick={remove}
              aria-label={`${line.is_bought ? "Release" : "Delete"} ${number}`}
            >
              {line.is_bought ? "Release" : "Delete"}
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}

const callerGets = (line: Line) =>
  line.fallback.kind === "forward" ? `is ${endingInWords(line.fallback)}` : endingInWords(line.fallback);

/** A line that was bought is released, with its number typed; another one is deleted. */
function RemoveLine({ line, close }: { line: Line; close: () => void }) {
  const client = useQueryClient();
  const [key] = useState(once);
  const number = line.phone_number ? phone(line.phone_number) : "this line";
  const params = { path: { id: line.id } };
  const remove = useMutation({
    mutationFn: () =>
      line.is_bought
        ? ask(
            api.POST("/phone-configs/{id}/release", {
              params: { ...params, header: key },
              body: { confirm_number: line.phone_number ?? "" },
            }),
          )
        : ask(api.DELETE("/phone-configs/{id}", { params })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["lines"] });
      toast({ text: line.is_bought ? `${number} was given back` : `The line of ${number} is gone` });
      close();
    },
  });
  return (
    <Confirm
      grave
      title={line.is_bought ? `Give ${number} back?` : `Delete the line of ${number}?`}
      description={
        line.is_bought
          ? "The number goes back to the carrier. Somebody else may have it tomorrow, and you will not get it again. Its calls stay here."
          : "Calls to it are no longer answered. Its calls stay here, and a call that goes on ends as it would."
      }
      action={line.is_bought ? "Release number" : "Delete line"}
      {...(line.is_bought && line.phone_number ? { typed: line.phone_number } : {})}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      cancel={close}
    />
  );
}
