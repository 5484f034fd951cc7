import { createFileRoute } from "@tanstack/react-router";
import { NotificationList } from "@/features/notifications/notification-list/notification-list";

export const Route = createFileRoute("/_app/notifications")({ component: NotificationList });
