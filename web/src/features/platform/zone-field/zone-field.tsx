import type { ComponentProps } from "react";
import { SelectField } from "@/components/ui/field/field";

const ALL = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];

/** A choice of all time zones by their IANA names; `also` is one that this browser may not know. */
export function ZoneField({
  also,
  ...rest
}: Omit<ComponentProps<typeof SelectField>, "label" | "children"> & { also?: string }) {
  const names = also && !ALL.includes(also) ? [also, ...ALL] : ALL;
  return (
    <SelectField label="Time zone" {...rest}>
      {names.map((name) => (
        <option key={name} value={name}>
          {name.replaceAll("_", " ")}
        </option>
      ))}
    </SelectField>
  );
}
