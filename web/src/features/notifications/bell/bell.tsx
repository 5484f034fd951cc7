import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell as Icon } from "lucide-react";
import { Button } from "@/components/ui/button/button";
import { notificationsQuery } from "@/features/notifications/queries";

const MANY = 9;

/** How much is unread, and the way to it. */
export function Bell() {
  const pages = useInfiniteQuery(notificationsQuery).data?.pages ?? [];
  const unread = pages.flatMap((page) => page.data).filter((one) => !one.read_at).length;
  const count = unread > MANY ? `${MANY}+` : String(unread);
  return (
    <Button asChild look="quiet" size="icon" className="relative shrink-0">
      <Link to="/notifications">
        <Icon aria-hidden />
        <span className="sr-only">Notifications</span>
        {unread > 0 && (
          <span className="absolute top-0 right-0 grid h-4.5 min-w-4.5 place-items-center rounded-full bg-accent px-1 text-xs font-semibold text-accent-ink">
            {count} <span className="sr-only">unread</span>
          </span>
        )}
      </Link>
    </Button>
  );
}
