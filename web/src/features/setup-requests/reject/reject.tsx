import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { ProblemError } from "@/api/problem/problem";
import { Confirm } from "@/components/ui/confirm/confirm";
import { TextArea } from "@/components/ui/field/field";
import { toast } from "@/components/ui/toast/toast";
import { decided, type Request } from "@/features/setup-requests/queries";

export function Reject({ request, close }: { request: Request; close: () => void }) {
  const client = useQueryClient();
  const [key] = useState(once);
  const [reason, setReason] = useState("");
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/admin/setup-requests/{id}/reject", {
          params: { path: { id: request.id }, header: key },
          body: { reason },
        }),
      ),
    onSuccess: async () => {
      await decided(client);
      toast({ text: `${request.company_name} is rejected` });
      close();
    },
  });
  const fault =
    send.error instanceof ProblemError
      ? send.error.fields.find((f) => f.pointer === "/reason")?.detail
      : undefined;
  return (
    <Confirm
      title={`Reject ${request.company_name}?`}
      description={`The reason is mailed to ${request.email}.`}
      action="Reject"
      grave
      onConfirm={() => send.mutate()}
      cancel={close}
      busy={send.isPending}
      error={fault ? null : send.error}
    >
      <TextArea
        label="Reason"
        aria-required
        dir="auto"
        value={reason}
        error={fault}
        onChange={(event) => setReason(event.target.value)}
      />
    </Confirm>
  );
}
