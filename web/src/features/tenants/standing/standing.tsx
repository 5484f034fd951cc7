import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { ProblemError } from "@/api/problem/problem";
import { Confirm } from "@/components/ui/confirm/confirm";
import { TextArea, TextField } from "@/components/ui/field/field";
import { toast } from "@/components/ui/toast/toast";
import { type Tenant, tenantChanged } from "@/features/tenants/queries";

export type Move = "suspend" | "reactivate" | "cancel";

const WORDS: Record<Move, { title: string; about: string; action: string; done: string }> = {
  suspend: {
    title: "Suspend",
    about: "Its calls are refused politely and its settings are locked. Nothing is deleted.",
    action: "Suspend",
    done: "is suspended",
  },
  reactivate: {
    title: "Reactivate",
    about: "Its calls are answered and its settings can be changed again.",
    action: "Reactivate",
    done: "is active",
  },
  cancel: {
    title: "Cancel",
    about:
      "Its calls are refused politely and its settings are locked. It can be reactivated until its rows are gone.",
    action: "Cancel the tenant",
    done: "is cancelled",
  },
};
const MOVES = {
  suspend: "/admin/tenants/{id}/suspend",
  reactivate: "/admin/tenants/{id}/reactivate",
} as const;

/** Suspends, reactivates or cancels a tenant, for a reason that it reads in its log. */
export function ChangeStanding({ tenant, move, close }: { tenant: Tenant; move: Move; close: () => void }) {
  const client = useQueryClient();
  const [key] = useState(once);
  const [reason, setReason] = useState("");
  const [days, setDays] = useState("");
  const words = WORDS[move];
  const params = { path: { id: tenant.id }, header: key };
  const send = useMutation({
    mutationFn: () =>
      ask(
        move === "cancel"
          ? api.POST("/admin/tenants/{id}/cancel", {
              params,
              body: {
                reason,
                confirm_slug: tenant.slug,
                ...(days ? { purge_after_days: Number(days) } : {}),
              },
            })
          : api.POST(MOVES[move], { params, body: { reason } }),
      ),
    onSuccess: async () => {
      await tenantChanged(client, tenant.id);
      toast({ text: `${tenant.company_name} ${words.done}` });
      close();
    },
  });
  const fault = (pointer: string) =>
    send.error instanceof ProblemError
      ? send.error.fields.find((f) => f.pointer === pointer)?.detail
      : undefined;
  const named = fault("/reason") ?? fault("/purge_after_days");
  return (
    <Confirm
      title={`${words.title} ${tenant.company_name}?`}
      description={words.about}
      action={words.action}
      cancelWord="Keep it as it is"
      grave={move !== "reactivate"}
      onConfirm={() => send.mutate()}
      cancel={close}
      busy={send.isPending}
      error={named ? null : send.error}
      {...(move === "cancel"
        ? { typed: tenant.slug, typedLabel: `Type its subdomain, ${tenant.slug}, to cancel it` }
        : {})}
    >
      <TextArea
        label="Reason"
        hint="The tenant reads it in its log."
        aria-required
        dir="auto"
        value={reason}
        error={fault("/reason")}
        onChange={(event) => setReason(event.target.value)}
      />
      {move === "cancel" && (
        <TextField
          label="Days until its rows may be deleted"
          hint={days ? purgeWords(days) : "30 to 3650. Leave it empty and they stay."}
          type="number"
          inputMode="numeric"
          min={30}
          max={3650}
          value={days}
          error={fault("/purge_after_days")}
          onChange={(event) => setDays(event.target.value)}
        />
      )}
    </Confirm>
  );
}

/** The day that so many days lead to. */
function purgeWords(days: string): string {
  const n = Number(days);
  if (!Number.isInteger(n) || n < 30 || n > 3650) return "30 to 3650. Leave it empty and they stay.";
  const day = new Date(Date.now() + n * 86_400_000);
  return `They may be deleted from ${day.toLocaleDateString(undefined, { dateStyle: "long" })} on.`;
}
