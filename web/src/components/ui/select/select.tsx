import { SelectField } from "@/components/ui/field/field";

export interface Option<T extends string> {
  value: T;
  label: string;
  disabled?: boolean;
  /** Options of the same group stand together below its name. */
  group?: string;
}

interface Props<T extends string> {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  error?: string | undefined;
  className?: string;
  /** Shown while nothing is chosen. */
  placeholder?: string;
  options: readonly Option<T>[];
  value: T | "";
  onValueChange: (value: T) => void;
  disabled?: boolean;
  id?: string;
  name?: string;
  "data-testid"?: string;
}

/**
 * One of several. It is the browser's own list, not Radix's: that one puts a <style> element into the page,
 * which the content security policy forbids, and on a phone the browser's is the better one.
 */
export function Select<T extends string>({
  options,
  value,
  onValueChange,
  placeholder,
  hint,
  ...rest
}: Props<T>) {
  const groups = [...new Set(options.map((option) => option.group))];
  return (
    <SelectField
      {...rest}
      {...(hint ? { hint } : {})}
      value={value}
      onChange={(event) => onValueChange(event.target.value as T)}
    >
      {placeholder !== undefined && (
        <option value="" disabled>
          {placeholder}
        </option>
      )}
      {groups.map((group) => {
        const inside = options
          .filter((option) => option.group === group)
          .map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ));
        return group ? (
          <optgroup key={group} label={group}>
            {inside}
          </optgroup>
        ) : (
          inside
        );
      })}
    </SelectField>
  );
}
