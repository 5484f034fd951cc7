import { Link, type LinkProps } from "@tanstack/react-router";
import {
  BookOpen,
  Bot,
  CalendarDays,
  Clock,
  Gauge,
  KeyRound,
  ListTree,
  type LucideIcon,
  MessageSquare,
  MessageSquareText,
  Package,
  Phone,
  PhoneCall,
  Radio,
  ScrollText,
  Settings,
  UserRound,
  Users,
  UsersRound,
} from "lucide-react";
import { type Me, may, type Role } from "@/features/auth/queries";
import { PluginPlaces } from "@/features/plugins/plugin-nav/plugin-nav";
import { PLATFORM } from "@/features/shell/nav/platform";

export interface Place {
  to: NonNullable<LinkProps["to"]>;
  name: string;
  icon: LucideIcon;
  /** Pressed after g. */
  key?: string;
  /** The role that it takes, where that is more than to look. */
  least?: Role;
}

const TENANT: Place[] = [
  { to: "/", name: "Dashboard", icon: Gauge, key: "d" },
  { to: "/live", name: "Live calls", icon: Radio, key: "l" },
  { to: "/calls", name: "Calls", icon: PhoneCall, key: "c" },
  { to: "/appointments", name: "Appointments", icon: CalendarDays, key: "a" },
  { to: "/contacts", name: "Contacts", icon: Users, key: "o" },
  { to: "/messages", name: "Messages", icon: MessageSquare, key: "m" },
];
const SETUP: Place[] = [
  { to: "/agents", name: "Agents", icon: Bot, key: "g" },
  { to: "/knowledge", name: "Knowledge", icon: BookOpen, key: "k" },
  { to: "/packs", name: "Industry packs", icon: Package, key: "i" },
  { to: "/lines", name: "Phone numbers", icon: Phone, key: "n" },
  { to: "/menus", name: "Menus", icon: ListTree, key: "v" },
  { to: "/automations", name: "Automations", icon: MessageSquareText, key: "x" },
  { to: "/hours", name: "Business hours", icon: Clock, key: "h" },
  { to: "/settings", name: "Settings", icon: Settings, key: "s" },
];
const TEAM: Place[] = [
  { to: "/people", name: "People", icon: UsersRound, key: "e" },
  { to: "/keys", name: "API keys", icon: KeyRound, key: "y", least: "admin" },
  { to: "/audit", name: "Audit log", icon: ScrollText, key: "u", least: "admin" },
];
const PORTAL: Place[] = [{ to: "/portal", name: "My appointments", icon: UserRound, key: "p" }];

/** What this person can open, in groups with a name. */
export function places(me: Me): { name: string; places: Place[] }[] {
  const groups = [];
  if (may(me, "viewer")) {
    groups.push({ name: "Business", places: TENANT });
    groups.push({ name: "Set up", places: open(me, SETUP) });
    groups.push({ name: "Team", places: open(me, TEAM) });
  }
  if (me.role === "customer") groups.push({ name: "You", places: PORTAL });
  if (me.platform_role && !me.impersonation) {
    const own = PLATFORM.filter((place) => !place.owners || me.platform_role === "owner");
    groups.push({ name: "Platform", places: own });
  }
  return groups;
}

const open = (me: Me, all: Place[]) => all.filter((place) => may(me, place.least ?? "viewer"));

const PLACE =
  "flex h-9 items-center gap-3 rounded-lg px-3 hover:bg-accent-soft aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent";

export function Nav({ me, chosen }: { me: Me; chosen?: () => void }) {
  return (
    <nav aria-label="Main" className="flex flex-col gap-5">
      {places(me).map((group) => (
        <div key={group.name}>
          <p className="px-3 pb-1 text-sm text-faint">{group.name}</p>
          <ul className="flex flex-col gap-0.5">
            {group.places.map(({ to, name, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  {...(chosen ? { onClick: chosen } : {})}
                  activeOptions={{ exact: to === "/", includeSearch: false }}
                  className={PLACE}
                >
                  <Icon className="size-4 shrink-0" aria-hidden />
                  {name}
                </Link>
              </li>
            ))}
            {group.name === "Platform" && <PluginPlaces className={PLACE} />}
          </ul>
        </div>
      ))}
    </nav>
  );
}
