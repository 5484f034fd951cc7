import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Logo } from "@/components/ui/logo/logo";
import { brandingQuery } from "@/features/auth/queries";
import { logoOf, useAccent } from "@/lib/branding/branding";

/** The frame of every page before somebody is in: whose address this is, one card. */
export function AuthPage({
  title,
  about,
  children,
}: {
  title: string;
  about?: ReactNode;
  children: ReactNode;
}) {
  const tenant = useQuery(brandingQuery).data?.tenant;
  const logo = logoOf(tenant?.branding);
  useAccent(tenant?.branding);
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center justify-center gap-3 text-lg font-semibold">
          <Logo own={logo} className="h-9 max-w-32" />
          <span dir="auto">{tenant?.company_name ?? "Trunkline"}</span>
        </div>
        <div className="rounded-xl border border-line bg-panel p-6">
          <h1 className="text-xl font-semibold">{title}</h1>
          {about && <div className="mt-1 text-faint">{about}</div>}
          <div className="mt-5">{children}</div>
        </div>
      </div>
    </main>
  );
}
