import type { Option } from "@/components/ui/select/select";

/** All time zones that the browser knows, by region; the tenant's own is among them in any case. */
export function zoneOptions(own: string): Option<string>[] {
  const known = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), own]);
  return [...known].sort().map((zone) => {
    const [region, ...place] = zone.split("/");
    return place.length > 0
      ? { value: zone, label: place.join(" / ").replaceAll("_", " "), group: region ?? "" }
      : { value: zone, label: zone };
  });
}
