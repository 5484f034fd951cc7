import { useQuery } from "@tanstack/react-query";
import { may, meQuery, settingsQuery } from "@/features/auth/queries";
import { ownZone } from "@/lib/dates/dates";

/** The tenant's time zone; the reader's own until it is known, and where there is no tenant. */
export function useZone(): string {
  const me = useQuery(meQuery).data;
  const settings = useQuery({ ...settingsQuery, enabled: me !== undefined && may(me, "viewer") }).data;
  return settings?.timezone ?? ownZone;
}
