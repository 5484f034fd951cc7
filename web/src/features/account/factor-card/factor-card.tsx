import { useQueryClient } from "@tanstack/react-query";
import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Dialog } from "@/components/ui/dialog/dialog";
import { toast } from "@/components/ui/toast/toast";
import { Proof } from "@/features/account/factor-card/proof";
import { SetUp } from "@/features/account/factor-card/set-up";
import { RecoveryCodes } from "@/features/account/recovery-codes/recovery-codes";
import { type Me, meQuery } from "@/features/auth/queries";

type Open = { what: "set-up" | "disable" | "renew" } | { what: "codes"; codes: string[] };
const FEW = 3;

const TITLES = {
  "set-up": "Set up a second factor",
  disable: "Do without the second factor?",
  renew: "Other recovery codes",
  codes: "Your recovery codes",
} as const;

/** A code of an app beside the password. */
export function FactorCard({ me }: { me: Me }) {
  const client = useQueryClient();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const told = async (codes: string[]) => {
    setOpen({ what: "codes", codes });
    await client.invalidateQueries({ queryKey: meQuery.queryKey, exact: true });
  };
  const few = me.has_mfa && me.recovery_codes_left <= FEW;
  return (
    <Card title="Second factor">
      <p className="flex items-center gap-2">
        {me.has_mfa ? (
          <ShieldCheck className="size-5 shrink-0 text-good" aria-hidden />
        ) : (
          <ShieldOff className="size-5 shrink-0 text-faint" aria-hidden />
        )}
        {me.has_mfa
          ? "Signing in takes your password and a code of your app."
          : "Signing in takes your password alone. With a code of an app, a password that somebody learns is not enough."}
      </p>
      {me.has_mfa && (
        <p className={few ? "mt-2 text-warn" : "mt-2 text-faint"}>
          {me.recovery_codes_left === 1
            ? "1 recovery code is left."
            : `${me.recovery_codes_left} recovery codes are left.`}
          {few && " Get others before you need them."}
        </p>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        {me.has_mfa ? (
          <>
            <Button onClick={() => setOpen({ what: "renew" })}>Other recovery codes</Button>
            <Button onClick={() => setOpen({ what: "disable" })}>Do without it</Button>
          </>
        ) : (
          <Button look="main" onClick={() => setOpen({ what: "set-up" })}>
            Set it up
          </Button>
        )}
      </div>
      {open && (
        <Dialog
          open
          onOpenChange={(is) => !is && close()}
          title={TITLES[open.what]}
          insists={open.what === "codes"}
        >
          {open.what === "codes" ? (
            <RecoveryCodes codes={open.codes} email={me.email} close={close} />
          ) : open.what === "set-up" ? (
            <SetUp done={told} close={close} />
          ) : (
            <Proof
              what={open.what}
              renewed={told}
              disabled={async () => {
                close();
                toast({ text: "The second factor is asked for no longer." });
                await client.invalidateQueries({ queryKey: meQuery.queryKey, exact: true });
              }}
              close={close}
            />
          )}
        </Dialog>
      )}
    </Card>
  );
}
