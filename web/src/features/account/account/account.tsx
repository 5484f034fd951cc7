import { useQuery } from "@tanstack/react-query";
import { Card, PageHead } from "@/components/ui/card/card";
import { NoAccess, Waiting } from "@/components/ui/states/states";
import { FactorCard } from "@/features/account/factor-card/factor-card";
import { NameCard } from "@/features/account/name-card/name-card";
import { PasswordCard } from "@/features/account/password-card/password-card";
import { SessionsCard } from "@/features/account/sessions-card/sessions-card";
import { meQuery } from "@/features/auth/queries";

/** One's own login. */
export function Account() {
  const me = useQuery(meQuery).data;
  return (
    <>
      <PageHead title="Your account" about="Your login, wherever you belong." />
      {!me ? (
        <Waiting rows={8} what="Loading your account" />
      ) : me.impersonation ? (
        <Card>
          <NoAccess>
            You work in somebody’s place. Your own account is there again once you leave it.
          </NoAccess>
        </Card>
      ) : (
        <div className="grid items-start gap-5 xl:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-5">
            <NameCard me={me} />
            <FactorCard me={me} />
            <SessionsCard />
          </div>
          <PasswordCard />
        </div>
      )}
    </>
  );
}
