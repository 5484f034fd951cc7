/** A form over something with an ETag: sends what was changed and no more, and explains a 412. */
import { type ComponentProps, useState } from "react";
import { type DefaultValues, type Path, useForm } from "react-hook-form";
import { explain, fieldErrors, ProblemError } from "@/api/problem/problem";
import { Conflict } from "@/components/ui/conflict/conflict";
import { FormProblem } from "@/components/ui/states/states";

export type Tagged<T> = { data: T; etag: string | undefined };

interface Options<T, V> {
  seen: Tagged<T>;
  /** What the form shows of it. */
  values: (data: T) => V;
  /** The fields' names for people. */
  labels: { [name in keyof V & string]: string };
  /** Fields within fields that the server may find wrong. */
  inner?: Path<V>[];
  read: () => Promise<Tagged<T>>;
  save: (changed: Partial<V>, etag: string | undefined, all: V) => Promise<Tagged<T>>;
  saved?: (now: Tagged<T>) => void;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const words = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value ?? ""));

export function useTaggedForm<T, V extends object>({
  seen,
  values,
  labels,
  inner = [],
  read,
  save,
  saved,
}: Options<T, V>) {
  const names = Object.keys(labels) as (keyof V & Path<V>)[];
  const [base, setBase] = useState(seen);
  const [theirs, setTheirs] = useState<Tagged<T> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<V>({ defaultValues: values(seen.data) as DefaultValues<V> });
  const take = (now: Tagged<T>) => {
    setBase(now);
    setTheirs(null);
    setProblem(null);
    form.reset(values(now.data) as DefaultValues<V>);
  };
  const send = async (mine: V, etag: string | undefined) => {
    setProblem(null);
    const before = values(base.data);
    const changed = Object.fromEntries(
      names.filter((n) => !same(mine[n], before[n])).map((n) => [n, mine[n]]),
    );
    try {
      const now = await save(changed as unknown as Partial<V>, etag, mine);
      take(now);
      saved?.(now);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 412)
        await read().then(setTheirs, (e: unknown) => setProblem(explain(e)));
      else setProblem(fieldErrors<V>(error, [...names, ...inner], form.setError));
    }
  };
  const over = theirs && values(theirs.data);
  const mine = form.getValues();
  return {
    form,
    submit: form.handleSubmit((given) => send(given as unknown as V, base.etag)),
    conflict: over && {
      rows: names
        .filter((n) => !same(over[n], mine[n]))
        .map((n) => ({ label: labels[n] as string, theirs: words(over[n]), yours: words(mine[n]) })),
      load: () => theirs && take(theirs),
      overwrite: () => void form.handleSubmit((given) => send(given as unknown as V, theirs?.etag))(),
      busy: form.formState.isSubmitting,
    },
    problem,
  };
}

/** What stands above such a form's fields. */
export function TaggedNews({
  of,
}: {
  of: { conflict: ComponentProps<typeof Conflict> | null; problem: string | null };
}) {
  return of.conflict ? <Conflict {...of.conflict} /> : <FormProblem>{of.problem}</FormProblem>;
}
