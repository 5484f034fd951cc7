import { useMutation } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { Button } from "@/components/ui/button/button";
import { Failure } from "@/components/ui/states/states";
import { sendOnboarding } from "@/features/tenants/queries";
import { phone } from "@/lib/phones/phones";

/** Sends the onboarding mail, and the text where there is a number, and says what is on its way. */
export function SendOnboarding({ tenantId, disabled }: { tenantId: string; disabled?: boolean }) {
  const send = useMutation({ mutationFn: () => sendOnboarding(tenantId) });
  return (
    <div className="flex flex-col items-start gap-2">
      <Button busy={send.isPending} disabled={disabled} onClick={() => send.mutate()}>
        <Mail aria-hidden /> {send.isSuccess ? "Send the onboarding mail again" : "Send onboarding mail"}
      </Button>
      {send.isError && <Failure error={send.error} what="It was not sent" />}
      <p role="status" className="text-sm text-faint empty:hidden">
        {send.data &&
          `On its way to ${send.data.mailed_to}${
            send.data.texted_to
              ? `, and as a text to ${phone(send.data.texted_to)}`
              : send.data.not_texted
                ? `. No text: ${send.data.not_texted}`
                : ""
          }`}
      </p>
    </div>
  );
}
