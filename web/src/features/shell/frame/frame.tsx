/** The house around every page of somebody who is in. */
import { hashKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  ArrowLeftRight,
  Keyboard,
  LogOut,
  Menu as MenuIcon,
  Moon,
  Search,
  Sun,
  UserRoundCog,
} from "lucide-react";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { leavePlace, signedIn, signedOut, useSession } from "@/api/session/session";
import { Button } from "@/components/ui/button/button";
import { Dialog } from "@/components/ui/dialog/dialog";
import { Logo } from "@/components/ui/logo/logo";
import { Waiting } from "@/components/ui/states/states";
import { type Me, may, membershipsQuery, meQuery, settingsQuery } from "@/features/auth/queries";
import { Bell } from "@/features/notifications/bell/bell";
import { featuresQuery } from "@/features/settings/queries";
import { ImpersonationBanner } from "@/features/shell/banner/banner";
import { LiveContext, useWatch } from "@/features/shell/live/live";
import { Nav, places } from "@/features/shell/nav/nav";
import { Offline } from "@/features/shell/offline/offline";
import type { Action } from "@/features/shell/palette/palette";
import { goOut } from "@/features/shell/place/place";
import { PlaceOver } from "@/features/shell/place-over/place-over";
import { ShortcutHelp, useKeys } from "@/features/shell/shortcuts/shortcuts";
import { UserMenu } from "@/features/shell/user-menu/user-menu";
import { accentOf, logoOf, useAccent } from "@/lib/branding/branding";
import { setTheme } from "@/lib/theme/theme";

const Palette = lazy(() => import("@/features/shell/palette/palette"));
const SessionEnded = lazy(() => import("@/features/shell/session-ended/session-ended"));

/** Once the page stands: for what it does not need to be read. */
function useLater(): boolean {
  const [is, setIs] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIs(true), 2000);
    return () => clearTimeout(timer);
  }, []);
  return is;
}

/** Leaves one tenant for another, or for the platform: nothing that was read stays. */
function useMoves(me: Me) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const change = useMutation({
    mutationFn: (tenant_id: string) => ask(api.POST("/me/switch-tenant", { body: { tenant_id } })),
    onSuccess: async (given) => {
      signedIn(given);
      client.clear();
      await client.ensureQueryData(meQuery);
      await navigate({ to: "/" });
    },
  });
  const exit = useMutation({ mutationFn: goOut });
  // However the place was left: the page is the operator's own again.
  const tenantId = me.impersonation?.tenant_id;
  const outside = tenantId !== undefined && session.kind === "in" && !session.place;
  useEffect(() => {
    if (!outside) return;
    const away = navigate({ to: "/admin/tenants/$tenantId", params: { tenantId } });
    // Only then, or the page that is left would be read once more, as the operator.
    void away.then(() => {
      client.removeQueries({ predicate: ({ queryHash }) => queryHash !== hashKey(meQuery.queryKey) });
      return client.fetchQuery({ ...meQuery, staleTime: 0 });
    });
  }, [outside, tenantId, client, navigate]);
  const leave = async () => {
    await api.POST("/auth/logout").catch(() => undefined);
    signedOut();
  };
  return { change, exit, leave, outside };
}

/** The tenant's own colour, where its plan lets it have one, and its logo. */
function useBranding(inTenant: boolean): string | null {
  const own = useQuery({ ...settingsQuery, enabled: inTenant }).data?.branding;
  const has = logoOf(own) !== null || accentOf(own) !== null;
  const features = useQuery({ ...featuresQuery, enabled: inTenant && has }).data;
  const allowed = inTenant && features?.some((feature) => feature.key === "white_label" && feature.enabled);
  const shown = allowed ? own : null;
  useAccent(shown);
  return logoOf(shown);
}

export function Frame({ me, children }: { me: Me; children: ReactNode }) {
  const navigate = useNavigate();
  const session = useSession();
  const later = useLater();
  const { change, exit, leave, outside } = useMoves(me);
  const timeIsUp = useCallback(() => leavePlace(true), []);
  const [open, setOpen] = useState<"palette" | "help" | "nav" | null>(null);
  // Who has just left a place asks for nothing of it any more.
  const inTenant = may(me, "viewer") && !outside;
  const memberships = useQuery({ ...membershipsQuery, enabled: !me.impersonation }).data ?? [];
  const settings = useQuery({ ...settingsQuery, enabled: inTenant }).data;
  const company = inTenant ? settings?.company_name : undefined;
  const logo = useBranding(inTenant);
  const standing = useWatch(inTenant && session.kind === "in");
  const all = places(me).flatMap((g) => g.places);
  useKeys({
    "mod+k": () => setOpen("palette"),
    "?": () => setOpen("help"),
    ...Object.fromEntries(
      all.flatMap((p) => (p.key ? [[`g ${p.key}`, () => void navigate({ to: p.to })]] : [])),
    ),
  });
  const dialog = (which: NonNullable<typeof open>) => (is: boolean) => setOpen(is ? which : null);
  const actions: Action[] = [
    ...all.map((p) => ({
      group: "Go to",
      name: p.name,
      icon: p.icon,
      run: () => void navigate({ to: p.to }),
    })),
    ...memberships
      .filter((m) => m.tenant_id !== me.tenant_id)
      .map((m) => ({
        group: "Switch to",
        name: m.company_name,
        icon: ArrowLeftRight,
        run: () => change.mutate(m.tenant_id),
      })),
    { group: "Theme", name: "Light theme", icon: Sun, run: () => setTheme("light") },
    { group: "Theme", name: "Dark theme", icon: Moon, run: () => setTheme("dark") },
    {
      group: "You",
      name: "Your account",
      icon: UserRoundCog,
      run: () => void navigate({ to: "/account" }),
    },
    { group: "You", name: "Keyboard help", icon: Keyboard, run: () => setOpen("help") },
    { group: "You", name: "Sign out", icon: LogOut, run: () => void leave() },
  ];
  return (
    <LiveContext.Provider value={standing}>
      <a
        href="#main"
        className="sr-only rounded-lg bg-accent px-4 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to the content
      </a>
      <div className="sticky top-0 z-20">
        {me.impersonation && !outside && (
          <ImpersonationBanner
            tenant={company ?? "…"}
            readOnly={me.impersonation.mode === "read_only"}
            until={me.impersonation.expires_at}
            exit={() => exit.mutate()}
            over={timeIsUp}
            busy={exit.isPending}
            problem={exit.isError ? `You are still in. ${explain(exit.error)}` : null}
          />
        )}
        <PlaceOver />
        <Offline />
        <header className="flex h-14 items-center gap-2 border-b border-line bg-panel px-3 sm:px-4 min-[100rem]:px-[calc((100vw-100rem)/2+1rem)]">
          <Button
            look="quiet"
            size="icon"
            className="lg:hidden"
            aria-label="Menu"
            onClick={() => setOpen("nav")}
          >
            <MenuIcon aria-hidden />
          </Button>
          <Logo own={logo} className="h-7 max-w-28" />
          <span className="min-w-0 truncate font-semibold" dir="auto">
            {company ?? "Trunkline"}
          </span>
          <span className="flex-1" />
          <Button
            look="quiet"
            // Where there is hardly room for the name of the business: the menu has all pages.
            className="max-[24rem]:hidden"
            onClick={() => setOpen("palette")}
            aria-keyshortcuts="Control+K"
          >
            <Search aria-hidden />
            <span className="sr-only sm:not-sr-only">Commands</span>
            <kbd className="hidden text-sm text-faint sm:inline">Ctrl K</kbd>
          </Button>
          {inTenant && <Bell />}
          <UserMenu
            me={me}
            memberships={memberships}
            switchTo={(id) => change.mutate(id)}
            account={() => void navigate({ to: "/account" })}
            help={() => setOpen("help")}
            signOut={() => void leave()}
          />
        </header>
      </div>
      <div className="mx-auto flex max-w-[100rem]">
        <aside className="sticky top-14 hidden h-[calc(100dvh-3.5rem)] w-56 shrink-0 overflow-y-auto p-4 lg:block">
          <Nav me={me} />
        </aside>
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 p-4 outline-none sm:p-6">
          {outside ? <Waiting /> : children}
        </main>
      </div>
      <Dialog open={open === "nav"} onOpenChange={dialog("nav")} title="Menu" className="max-w-xs">
        <Nav me={me} chosen={() => setOpen(null)} />
      </Dialog>
      {open === "palette" && (
        <Suspense>
          <Palette open onOpenChange={dialog("palette")} actions={actions} />
        </Suspense>
      )}
      <ShortcutHelp
        open={open === "help"}
        onOpenChange={dialog("help")}
        rows={[
          { keys: "Ctrl K", does: "Commands" },
          { keys: "?", does: "This help" },
          ...all.flatMap((p) => (p.key ? [{ keys: `g ${p.key}`, does: p.name }] : [])),
        ]}
      />
      {/* Here before the session ends: by then the server may have other files. */}
      {(later || session.kind === "ended") && (
        <Suspense>
          <SessionEnded
            email={me.email}
            tenantId={me.tenant_id ?? null}
            elsewhere={() => window.location.assign("/")}
          />
        </Suspense>
      )}
    </LiveContext.Provider>
  );
}
