import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { explain, fieldErrors, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Conflict } from "@/components/ui/conflict/conflict";
import { Dialog } from "@/components/ui/dialog/dialog";
import { TextArea, TextField } from "@/components/ui/field/field";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { readService, type Service, serviceQuery, servicesQuery } from "@/features/knowledge/queries";
import { listed } from "@/features/knowledge/words";
import { minorOf, typedMoney } from "@/lib/money/money";

interface Props {
  id: string | null;
  currency: string;
  /** The names of the tenant's other services. */
  others: string[];
  /** The place behind all that there are. */
  last: number;
  close: () => void;
}

export function ServiceDialog(props: Props) {
  const { id, close } = props;
  const seen = useQuery({ ...serviceQuery(id ?? ""), enabled: id !== null });
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={id ? "Edit service" : "New service"}>
      {id && seen.isPending ? (
        <Waiting rows={6} />
      ) : id && !seen.data ? (
        <Failure error={seen.error} retry={() => void seen.refetch()} />
      ) : (
        <ServiceForm {...props} seen={seen.data ?? null} />
      )}
    </Dialog>
  );
}

interface Typed {
  name: string;
  duration_min: number;
  price: string;
  description: string;
  aliases: string;
  upsells: string[];
  active: boolean;
}

const typed = (service: Service | null, currency: string): Typed => ({
  name: service?.name ?? "",
  duration_min: service?.duration_min ?? 30,
  price: typeof service?.price_minor === "number" ? typedMoney(service.price_minor, currency) : "",
  description: service?.description ?? "",
  aliases: service?.aliases.join("\n") ?? "",
  upsells: service?.upsells ?? [],
  active: service?.active ?? true,
});

const LABELS: Record<keyof Typed, string> = {
  name: "Name",
  duration_min: "Length",
  price: "Price",
  description: "Description",
  aliases: "What callers call it",
  upsells: "Offered along with it",
  active: "Callers can book it",
};
const said = (value: Typed[keyof Typed]): string =>
  typeof value === "boolean" ? (value ? "Yes" : "No") : Array.isArray(value) ? value.join(", ") : `${value}`;

function ServiceForm({ id, currency, others, last, close, seen }: Props & { seen: Seen | null }) {
  const client = useQueryClient();
  const [tag, setTag] = useState(seen?.etag);
  const [theirs, setTheirs] = useState<Typed | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [key] = useState(once);
  const form = useForm<Typed>({ defaultValues: typed(seen?.data ?? null, currency), mode: "onTouched" });
  const { errors, isSubmitting } = form.formState;

  const look = (which: string) =>
    readService(which).then(
      (now) => {
        setTag(now.etag);
        setTheirs(typed(now.data, currency));
      },
      (error: unknown) => setProblem(explain(error)),
    );
  const save = form.handleSubmit(async ({ price, aliases, ...rest }) => {
    setProblem(null);
    setTheirs(null);
    const body = {
      ...rest,
      aliases: listed(aliases),
      price_minor: price.trim() ? minorOf(price, currency) : null,
    };
    try {
      if (id) {
        const params = { path: { id }, header: tag ? { "If-Match": tag } : {} };
        await ask(api.PATCH("/knowledge/services/{id}", { params, body }));
      } else {
        await ask(
          api.POST("/knowledge/services", { params: { header: key }, body: { ...body, position: last } }),
        );
      }
      await client.invalidateQueries({ queryKey: servicesQuery.queryKey });
      close();
    } catch (error) {
      if (id && error instanceof ProblemError && error.status === 412) await look(id);
      else setProblem(fieldErrors(error, ["name", "duration_min", "description", "aliases"], form.setError));
    }
  });
  const now = form.getValues();
  const fields = Object.keys(LABELS) as (keyof Typed)[];
  const offered = [...new Set([...others, ...(seen?.data.upsells ?? [])])];
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-4">
      <FormProblem>{problem}</FormProblem>
      {theirs && (
        <Conflict
          rows={fields
            .filter((field) => said(theirs[field]) !== said(now[field]))
            .map((field) => ({ label: LABELS[field], theirs: said(theirs[field]), yours: said(now[field]) }))}
          load={() => {
            form.reset(theirs);
            setTheirs(null);
          }}
          overwrite={() => void save()}
          busy={isSubmitting}
        />
      )}
      <TextField
        label="Name"
        maxLength={100}
        error={errors.name?.message}
        {...form.register("name", { required: "Give it a name." })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Length (minutes)"
          type="number"
          min={5}
          max={1440}
          step={5}
          error={errors.duration_min?.message}
          {...form.register("duration_min", {
            valueAsNumber: true,
            validate: (n) =>
              (n >= 5 && n <= 1440 && Number.isInteger(n)) || "This must be 5 to 1440 minutes.",
          })}
        />
        <TextField
          label={`Price (${currency})`}
          inputMode="decimal"
          hint="Empty: callers hear that it depends."
          error={errors.price?.message}
          {...form.register("price", {
            validate: (text) =>
              text.trim() === "" || minorOf(text, currency) !== null || "This is no amount, such as 129.00.",
          })}
        />
      </div>
      <TextArea
        label="Description"
        hint="What an agent may say about it."
        maxLength={2000}
        error={errors.description?.message}
        {...form.register("description")}
      />
      <TextArea
        label="What callers call it"
        hint="Other names, one a line: “teeth cleaning”, “polish”."
        error={errors.aliases?.message}
        {...form.register("aliases", {
          validate: (text) => listed(text).length <= 20 || "A service has at most 20 other names.",
        })}
      />
      {offered.length > 0 && (
        <fieldset className="min-w-0">
          <legend className="mb-1.5 text-sm font-medium">Offered along with it</legend>
          <div className="grid max-h-40 gap-1 overflow-y-auto rounded-lg border border-line p-2 sm:grid-cols-2">
            {offered.map((name) => (
              <label key={name} className="flex min-h-7 items-center gap-2" dir="auto">
                <input
                  type="checkbox"
                  value={name}
                  className="size-4 shrink-0 accent-accent"
                  {...form.register("upsells", {
                    validate: (all) => all.length <= 10 || "At most 10 are offered along with one.",
                  })}
                />
                <span className="min-w-0">
                  {name}
                  {!others.includes(name) && <span className="text-faint"> (there is no such service)</span>}
                </span>
              </label>
            ))}
          </div>
          {errors.upsells && (
            <p role="alert" className="mt-1.5 text-sm text-bad">
              {errors.upsells.message}
            </p>
          )}
        </fieldset>
      )}
      <label className="flex min-h-6 items-center gap-2">
        <input type="checkbox" className="size-4 accent-accent" {...form.register("active")} />
        Callers hear of it and can book it
      </label>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="main" busy={isSubmitting}>
          Save
        </Button>
      </div>
    </form>
  );
}

type Seen = Awaited<ReturnType<typeof readService>>;
