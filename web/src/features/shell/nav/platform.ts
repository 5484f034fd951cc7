/** The places of the platform's own people. */
import {
  Activity,
  Building2,
  CreditCard,
  Eye,
  Flag,
  Inbox,
  LayoutDashboard,
  Mail,
  Phone,
  Plug,
  UserCog,
  WandSparkles,
} from "lucide-react";
import type { Place } from "@/features/shell/nav/nav";

export const PLATFORM: (Place & { owners?: boolean })[] = [
  { to: "/admin/overview", name: "Overview", icon: LayoutDashboard, key: "v" },
  { to: "/admin/tenants", name: "Tenants", icon: Building2, key: "t" },
  { to: "/admin/concierge-setup", name: "Concierge setup", icon: WandSparkles, owners: true },
  { to: "/admin/phone-configs", name: "Phone configs", icon: Phone },
  { to: "/admin/setup-requests", name: "Setup requests", icon: Inbox },
  { to: "/admin/users", name: "People", icon: UserCog },
  { to: "/admin/impersonations", name: "Impersonations", icon: Eye, owners: true },
  { to: "/admin/activity", name: "Activity", icon: Activity },
  { to: "/admin/features", name: "Features", icon: Flag },
  { to: "/admin/plans", name: "Plans", icon: CreditCard },
  { to: "/admin/integrations", name: "Integrations", icon: Plug },
  { to: "/admin/mailbox", name: "Mailbox", icon: Mail, owners: true },
];
