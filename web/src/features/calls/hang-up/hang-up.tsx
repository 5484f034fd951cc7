import { useMutation, useQuery } from "@tanstack/react-query";
import { PhoneOff } from "lucide-react";
import { useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { Button } from "@/components/ui/button/button";
import { Confirm } from "@/components/ui/confirm/confirm";
import { may, meQuery } from "@/features/auth/queries";

/** Ends a call that goes on, after a question. Not there for who may not. */
export function HangUp({ id }: { id: string }) {
  const me = useQuery(meQuery).data;
  const [asking, setAsking] = useState(false);
  const hangUp = useMutation({
    mutationFn: () => ask(api.POST("/calls/live/{id}/hangup", { params: { path: { id }, header: once() } })),
    onSuccess: () => setAsking(false),
  });
  if (!me || !may(me, "user")) return null;
  return (
    <>
      <Button look="bad" onClick={() => setAsking(true)}>
        <PhoneOff aria-hidden /> Hang up
      </Button>
      {asking && (
        <Confirm
          title="End this call?"
          description="The caller is cut off at once."
          action="Hang up"
          cancelWord="Keep it"
          grave
          busy={hangUp.isPending}
          error={hangUp.error}
          onConfirm={() => hangUp.mutate()}
          cancel={() => {
            hangUp.reset();
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
