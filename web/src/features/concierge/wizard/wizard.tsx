import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { FormProvider, type Path, useForm } from "react-hook-form";
import { explain, ProblemError } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { FormProblem } from "@/components/ui/states/states";
import { modeName, sentence } from "@/features/calls/words";
import { type Draft, drop, EMPTY, fieldOf, keep, kept, STEPS, stepOf } from "@/features/concierge/draft";
import { packsQuery, setUp } from "@/features/concierge/queries";
import { Basics, Extras, Plan, Telephony } from "@/features/concierge/steps/steps";
import { cn } from "@/lib/cn/cn";

const LAST = STEPS.length - 1;
const PARTS = [Basics, Plan, Telephony] as const;

/** Five steps to a tenant that answers calls. What is typed stays in the tab until it is there. */
export function Wizard({ made }: { made: (id: string, unbranded: unknown) => void }) {
  const client = useQueryClient();
  const [begun] = useState(kept);
  const [step, setStep] = useState(Math.min(begun.step, LAST));
  const [problem, setProblem] = useState<string | null>(null);
  const [logo, setLogo] = useState<File | null>(null);
  const form = useForm<Draft>({ defaultValues: begun.draft });
  const head = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);

  useEffect(() => {
    const watching = form.watch(() => keep({ draft: form.getValues() }));
    return () => watching.unsubscribe();
  }, [form]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each step the focus goes to its heading
  useEffect(() => {
    if (first.current) first.current = false;
    else head.current?.focus();
  }, [step]);

  const goTo = (next: number) => {
    setStep(next);
    keep({ step: next });
  };
  /** Forward only over steps on which nothing is wrong. */
  const onTo = async (next: number) => {
    for (let at = step; at < next; at += 1) {
      if (await form.trigger([...(STEPS[at]?.fields ?? [])], { shouldFocus: at === step })) continue;
      if (at !== step) goTo(at);
      return;
    }
    goTo(next);
  };
  const create = form.handleSubmit(
    async (draft) => {
      setProblem(null);
      try {
        const { id, unbranded } = await setUp(draft, logo);
        drop();
        await client.invalidateQueries({ queryKey: ["admin", "tenants"] });
        made(id, unbranded);
      } catch (error) {
        const fields = error instanceof ProblemError ? error.fields : [];
        const known = fields.filter((f) => fieldOf(f.pointer) in EMPTY);
        for (const fault of known)
          form.setError(fieldOf(fault.pointer) as Path<Draft>, { type: fault.code, message: fault.detail });
        const where = known.map((fault) => stepOf(fieldOf(fault.pointer)));
        if (where.length > 0) goTo(Math.min(...where));
        const rest = fields.filter((f) => !known.includes(f)).map((f) => f.detail);
        setProblem(rest.length > 0 || known.length === 0 ? rest.join(" ") || explain(error) : MARKED);
      }
    },
    (errors) => goTo(Math.min(...Object.keys(errors).map(stepOf))),
  );
  const again = () => {
    drop();
    form.reset(EMPTY);
    setLogo(null);
    setProblem(null);
    setStep(0);
  };
  const Part = PARTS[step];
  return (
    <FormProvider {...form}>
      <Steps at={step} go={(next) => void (next < step ? goTo(next) : onTo(next))} />
      <Card>
        <form
          noValidate
          aria-label={STEPS[step]?.name}
          onSubmit={(event) => {
            if (step === LAST) return void create(event);
            event.preventDefault();
            void onTo(step + 1);
          }}
          className="flex flex-col gap-5"
        >
          <h2 ref={head} tabIndex={-1} className="font-semibold outline-none">
            {STEPS[step]?.name}
            <span className="font-normal text-faint">
              {" "}
              · step {step + 1} of {STEPS.length}
            </span>
          </h2>
          <FormProblem>{problem}</FormProblem>
          {Part ? (
            <Part />
          ) : step === LAST ? (
            <Review draft={form.getValues()} logo={logo} change={goTo} />
          ) : (
            <Extras logo={logo} choose={setLogo} />
          )}
          <div className="flex flex-wrap gap-2">
            {step > 0 && <Button onClick={() => goTo(step - 1)}>Back</Button>}
            <Button look="quiet" onClick={again}>
              Start again
            </Button>
            <span className="flex-1" />
            <Button type="submit" look="main" busy={form.formState.isSubmitting}>
              {step === LAST ? "Create" : "Continue"}
            </Button>
          </div>
        </form>
      </Card>
    </FormProvider>
  );
}

const MARKED = "Something is not right. Look at the fields that are marked.";

function Steps({ at, go }: { at: number; go: (step: number) => void }) {
  return (
    <ol className="mb-4 flex flex-wrap gap-x-1 gap-y-2" aria-label="Steps">
      {STEPS.map((step, n) => (
        <li key={step.key}>
          <button
            type="button"
            aria-current={n === at ? "step" : undefined}
            onClick={() => go(n)}
            className="inline-flex min-h-8 items-center gap-2 rounded-lg px-2 text-faint hover:bg-accent-soft aria-[current=step]:font-medium aria-[current=step]:text-ink"
          >
            <span
              aria-hidden
              className={cn(
                "grid size-6 place-items-center rounded-full border border-edge text-sm",
                n <= at && "border-accent bg-accent text-accent-ink",
              )}
            >
              {n < at ? <Check className="size-4" /> : n + 1}
            </span>
            <span className={n === at ? "" : "max-sm:sr-only"}>{step.name}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

interface ReviewProps {
  draft: Draft;
  logo: File | null;
  change: (step: number) => void;
}

function Review({ draft, logo, change }: ReviewProps) {
  const packs = useQuery(packsQuery).data;
  const pack = packs?.find((p) => p.key === draft.pack)?.name ?? draft.pack;
  const groups: { step: number; rows: [string, ReactNode][] }[] = [
    {
      step: 0,
      rows: [
        ["Company name", draft.company_name],
        ["Subdomain", draft.slug],
        ["City", draft.city],
        ["Address", draft.address],
        ["Time zone", draft.timezone.replaceAll("_", " ")],
        ["Contact", draft.contact_name],
        ["Contact’s e-mail", draft.admin_email],
        ["Contact’s phone", draft.contact_phone],
      ],
    },
    {
      step: 1,
      rows: [
        ["Plan", `${sentence(draft.plan_tier)}${draft.trial ? ", begins with a trial" : ""}`],
        ["Sandbox", draft.is_test_mode ? "Yes" : "No"],
        ["Industry", draft.industry],
        ["Industry pack", pack || "The one of its industry, or the general one"],
      ],
    },
    {
      step: 2,
      rows: [
        [
          "Phone number",
          draft.phone_number && draft.phone_number + (draft.buy_number ? ", to be bought" : ""),
        ],
        [
          "Who answers",
          <span key="m" className="inline-flex flex-wrap gap-2">
            {modeName(draft.ivr_mode)}
            {draft.ivr_mode === "ai-voice" && <Badge tone="accent">AI Voice (Beta)</Badge>}
          </span>,
        ],
        ["Forward to", draft.forward_to],
        ["The agent’s name", draft.agent_name],
        ["Greeting", draft.greeting],
      ],
    },
    {
      step: 3,
      rows: [
        ["Logo", logo?.name],
        ["Accent colour", draft.accent_color],
        ["Extras", draft.extras.map((extra) => `${extra.name} (${extra.status})`).join(", ")],
        ["Private notes", draft.internal_notes],
        ["Onboarding mail", draft.send_onboarding && draft.admin_email ? "Sent at once" : "Not sent yet"],
      ],
    },
  ];
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      {groups.map(({ step, rows }) => (
        <section key={step} aria-label={STEPS[step]?.name} className="rounded-lg border border-line p-4">
          <div className="mb-2 flex items-center justify-between gap-2">
            <h3 className="font-medium">{STEPS[step]?.name}</h3>
            <Button
              size="small"
              look="quiet"
              aria-label={`Change ${STEPS[step]?.name.toLowerCase()}`}
              onClick={() => change(step)}
            >
              Change
            </Button>
          </div>
          <dl className="grid grid-cols-[minmax(6rem,max-content)_1fr] gap-x-4 gap-y-1.5">
            {rows.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-faint">{name}</dt>
                <dd dir="auto" className="whitespace-pre-line">
                  {value || <span className="text-faint">—</span>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
