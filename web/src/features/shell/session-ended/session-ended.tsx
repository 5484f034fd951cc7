import { type Session, signedIn, signedOut, useSession } from "@/api/session/session";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SignInForm } from "@/features/auth/sign-in-form/sign-in-form";

/** Above the page when the session ended in mid-work: the page stays as it is, what waits goes on afterwards. */
export default function SessionEnded({
  email,
  tenantId,
  elsewhere,
}: {
  email: string;
  tenantId: string | null;
  elsewhere: () => void;
}) {
  const state = useSession();
  const done = (session: Session) => {
    // The login may lead to another of one's tenants: then nothing on this page is theirs to send.
    const same = (session.tenant_id ?? null) === tenantId && !session.must_change_password;
    if (!same) signedOut(false);
    signedIn(session);
    if (!same) elsewhere();
  };
  return (
    <Dialog
      open={state.kind === "ended"}
      insists
      title="Your session has ended"
      description="Sign in to go on. Nothing that you typed is lost."
      className="max-w-sm"
    >
      <SignInForm email={email} done={done} />
      <Button look="link" size="small" onClick={() => signedOut()}>
        Leave this page
      </Button>
    </Dialog>
  );
}
