import { useQuery } from "@tanstack/react-query";
import {
  Banknote,
  BarChart3,
  Briefcase,
  Building2,
  CreditCard,
  DollarSign,
  LineChart,
  type LucideIcon,
  Puzzle,
  Receipt,
  TrendingUp,
  Users,
  Wallet,
} from "lucide-react";
import { pluginPagesQuery } from "@/features/plugins/queries";

const ICONS: Record<string, LucideIcon> = {
  banknote: Banknote,
  barchart3: BarChart3,
  briefcase: Briefcase,
  building2: Building2,
  creditcard: CreditCard,
  dollarsign: DollarSign,
  linechart: LineChart,
  receipt: Receipt,
  trendingup: TrendingUp,
  users: Users,
  wallet: Wallet,
};

/** A lucide icon by its name, `dollar-sign` or `DollarSign`; a piece of a puzzle for names that are not here. */
export const iconOf = (name: string): LucideIcon => {
  const key = name.replace(/[-_ ]/g, "").toLowerCase();
  return Object.hasOwn(ICONS, key) ? (ICONS[key] ?? Puzzle) : Puzzle;
};

/** A path of this dashboard and nothing else: a plug-in leads nobody away. */
export const isOwnPath = (href: string): boolean => /^\/(?![/\\])/.test(href);

/** The plug-ins' places, as rows of the platform's group. Nothing where there are none. */
export function PluginPlaces({ className }: { className: string }) {
  const pages = useQuery(pluginPagesQuery).data ?? [];
  return pages
    .filter((page) => isOwnPath(page.href))
    .map(({ name, href, icon, color }) => {
      const Icon = iconOf(icon);
      return (
        <li key={href}>
          <a
            href={href}
            aria-current={window.location.pathname === href ? "page" : undefined}
            className={className}
          >
            <Icon className="size-4 shrink-0" style={{ color }} aria-hidden />
            {name}
          </a>
        </li>
      );
    });
}
