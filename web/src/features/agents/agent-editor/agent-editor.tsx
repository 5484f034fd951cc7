import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Controller, type FieldPath, type UseFormReturn, useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { TextArea, TextField } from "@/components/ui/field/field";
import { Failure, FormProblem, NoAccess, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { checkSaid, settingsOf, TEMPI, type Typed, typed, words } from "@/features/agents/agent-editor/form";
import { Back } from "@/features/agents/compare/compare";
import { usePublish } from "@/features/agents/publish";
import { agentKeys, agentQuery, type Version, versionsQuery } from "@/features/agents/queries";
import { filled } from "@/features/agents/words";
import { may, meQuery, settingsQuery } from "@/features/auth/queries";
import { ModelField, VoiceField } from "@/features/settings/voice-field/voice-field";
import { count } from "@/lib/numbers/numbers";

interface Props {
  agentId: string;
  /** The version to begin from; the newest else. */
  version: number | undefined;
}

/** Writes an agent's next version. Those that there are never change. */
export function AgentEditor({ agentId, version }: Props) {
  const me = useQuery(meQuery).data;
  const agent = useQuery(agentQuery(agentId)).data?.data;
  const list = useQuery(versionsQuery(agentId));
  // What is written here begins as it began, also when there is a newer version meanwhile.
  const [begun, setBegun] = useState<Version | null>(null);
  const chosen = list.data?.find((one) => one.version === version);
  const base = chosen ?? begun ?? list.data?.[0];
  if (base && !chosen && !begun) setBegun(base);
  return (
    <>
      <Back agentId={agentId} name={agent?.name} />
      <PageHead
        title="Write a new version"
        about={base && `It begins as version ${base.version} is. Calls get it once it is published.`}
      />
      {list.isPending || !me ? (
        <Card>
          <Waiting rows={8} what="Loading the agent" />
        </Card>
      ) : !base ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : !may(me, "admin") ? (
        <Card>
          <NoAccess>Your role reads agents. Somebody who administers this business can change them.</NoAccess>
        </Card>
      ) : (
        <Editor key={base.id} agentId={agentId} base={base} versions={list.data ?? []} />
      )}
    </>
  );
}

interface EditorProps {
  agentId: string;
  base: Version;
  versions: Version[];
}

function Editor({ agentId, base, versions }: EditorProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const publish = usePublish(agentId);
  const [newest, setNewest] = useState(versions[0]?.version ?? 0);
  const [newer, setNewer] = useState<Version | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<Typed>({ defaultValues: typed(base.settings), mode: "onTouched" });
  const { isDirty, isSubmitting } = form.formState;
  const published = versions.find((one) => one.is_published);

  const write = (andPublish: boolean) =>
    form.handleSubmit(async (values) => {
      setProblem(null);
      setNewer(null);
      try {
        const now = await client.fetchQuery({ ...versionsQuery(agentId), staleTime: 0 });
        const latest = now[0];
        if (latest && latest.version > newest) {
          setNewest(latest.version);
          setNewer(latest);
          return;
        }
        const made = await ask(
          api.POST("/agents/{id}/versions", {
            params: { path: { id: agentId }, header: once() },
            body: settingsOf(values),
          }),
        );
        await client.invalidateQueries({ queryKey: agentKeys.all });
        if (andPublish) publish.mutate({ version: made, was: published });
        else toast({ text: `Version ${made.version} is saved. Calls do not have it yet.` });
        await navigate({ to: "/agents/$agentId", params: { agentId }, search: { version: made.version } });
      } catch (error) {
        setProblem(fieldErrors(error, NAMES, form.setError));
      }
    });

  return (
    <form
      onSubmit={write(false)}
      noValidate
      // What has the focus is not left behind the bar below.
      className="flex flex-col gap-5 [&_button]:scroll-mb-36 [&_input]:scroll-mb-36 [&_textarea]:scroll-mb-36"
    >
      <Unsaved when={isDirty && !isSubmitting} />
      <Who form={form} />
      <Told form={form} />
      <Tempo form={form} />
      <Silence form={form} />
      <div className="sticky bottom-0 z-10 -mx-4 flex flex-col gap-3 border-t border-line bg-panel p-4 sm:-mx-6 sm:px-6">
        <FormProblem>{problem}</FormProblem>
        {newer && (
          <div role="alert" className="rounded-lg bg-warn-soft px-3 py-2">
            <p className="font-medium text-warn">
              Somebody wrote version {newer.version} while you were here
            </p>
            <p>
              What you typed is kept.{" "}
              <Link
                to="/agents/$agentId/compare"
                params={{ agentId }}
                search={{ from: base.version, to: newer.version }}
                target="_blank"
                className="text-accent underline underline-offset-4"
              >
                See what they changed (in a new tab)
              </Link>
              , or save once more: yours becomes the version after it.
            </p>
          </div>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => form.reset()} disabled={!isDirty || isSubmitting}>
            Take changes back
          </Button>
          <Button type="submit" busy={isSubmitting} disabled={!isDirty}>
            Save as a draft
          </Button>
          <Button look="main" busy={isSubmitting} disabled={!isDirty} onClick={write(true)}>
            Save and publish
          </Button>
        </div>
      </div>
    </form>
  );
}

type Form = { form: UseFormReturn<Typed> };

function Who({ form }: Form) {
  const { errors } = form.formState;
  const company = useQuery(settingsQuery).data?.company_name ?? "your business";
  const [greeting, name] = form.watch(["greeting", "agent_name"]);
  return (
    <Card title="Who it is" className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Name for itself"
          hint="What it calls itself when callers ask."
          maxLength={60}
          error={errors.agent_name?.message}
          {...form.register("agent_name", { required: "It needs a name." })}
        />
        <Controller
          control={form.control}
          name="model"
          render={({ field }) => (
            <ModelField
              label="Language model"
              value={field.value || null}
              change={(model) => field.onChange(model ?? "")}
              error={errors.model?.message}
            />
          )}
        />
      </div>
      <Controller
        control={form.control}
        name="voice"
        render={({ field }) => (
          <VoiceField
            value={field.value || null}
            change={(voice) => field.onChange(voice ?? "")}
            error={errors.voice?.message}
            text={filled(greeting, company, name).trim() || "Hello."}
          />
        )}
      />
      <TextArea
        label="Greeting"
        hint={
          <>
            {"{company}"} and {"{agent}"} are filled in. Callers hear:{" "}
            <q dir="auto">{filled(greeting, company, name)}</q>
          </>
        }
        maxLength={600}
        error={errors.greeting?.message}
        {...form.register("greeting", { required: "Callers are greeted." })}
      />
      <label className="flex min-h-6 items-center gap-2">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          {...form.register("greeting_uninterruptible")}
        />
        The greeting is heard to its end, whatever the caller says
      </label>
    </Card>
  );
}

const MOST_PROMPT = 20_000;

function Told({ form }: Form) {
  const { errors } = form.formState;
  const [prompt, vocabulary] = form.watch(["prompt", "vocabulary"]);
  return (
    <Card title="What it is told" className="flex flex-col gap-4">
      <TextArea
        label="Instructions"
        rows={14}
        dir="auto"
        hint={`For the language model, behind the rules that hold for every agent. Hours, services, prices and questions are known to it anyway. ${count(prompt.length)} of ${count(MOST_PROMPT)} characters.`}
        error={errors.prompt?.message}
        {...form.register("prompt", {
          maxLength: { value: MOST_PROMPT, message: `At most ${count(MOST_PROMPT)} characters.` },
        })}
      />
      <TextArea
        label="Vocabulary"
        rows={5}
        hint={`Words of your trade that callers say and that are easily misheard: one a line. ${words(vocabulary).length} of 200.`}
        error={errors.vocabulary?.message}
        {...form.register("vocabulary", {
          validate: (text) => {
            const all = words(text);
            if (all.length > 200) return "At most 200 words.";
            const long = all.find((word) => word.length > 60);
            return long ? `“${long.slice(0, 30)}…” is longer than 60 characters.` : true;
          },
        })}
      />
      <TextArea
        label="Pronunciation"
        rows={4}
        hint="Names that the voice says wrong: one a line, the word, = and how it is said, such as “Nguyen = win”. Texts keep the word."
        error={errors.pronunciations?.message}
        {...form.register("pronunciations", { validate: checkSaid })}
      />
    </Card>
  );
}

function Tempo({ form }: Form) {
  const turn = form.watch("turn");
  return (
    <Card title="When it takes the word" className="flex flex-col gap-4">
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Tempo</legend>
        <div className="flex flex-wrap gap-2">
          {TEMPI.map(({ name, about, ...delays }) => (
            <Button
              key={name}
              className="h-auto flex-col items-start gap-0 py-1.5 text-left whitespace-normal aria-pressed:border-accent aria-pressed:bg-accent-soft"
              aria-pressed={
                turn.min_delay_ms === delays.min_delay_ms && turn.max_delay_ms === delays.max_delay_ms
              }
              onClick={() => {
                const how = { shouldDirty: true, shouldValidate: true };
                form.setValue("turn.min_delay_ms", delays.min_delay_ms, how);
                form.setValue("turn.max_delay_ms", delays.max_delay_ms, how);
              }}
            >
              {name}
              <span className="text-sm font-normal text-faint">{about}</span>
            </Button>
          ))}
        </div>
      </fieldset>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Amount
          form={form}
          name="turn.min_delay_ms"
          label="Pause after a whole sentence (ms)"
          about="Silence after which the agent answers when what was said sounds complete."
          range={[50, 5000]}
          usual={[200, 800]}
          step={50}
        />
        <Amount
          form={form}
          name="turn.max_delay_ms"
          label="Pause after an open sentence (ms)"
          about="Silence after which it answers although the caller seems to be looking for words."
          range={[100, 10_000]}
          usual={[800, 4000]}
          step={100}
          also={(value, all) =>
            value >= all.turn.min_delay_ms ||
            "This must not be shorter than the pause after a whole sentence."
          }
        />
        <Amount
          form={form}
          name="turn.barge_in_after_ms"
          label="Speech that interrupts (ms)"
          about="So long a caller must speak before the agent falls silent. Short: a cough may stop it."
          range={[20, 2000]}
          usual={[80, 500]}
          step={20}
        />
        <Amount
          form={form}
          name="turn.speech_threshold"
          label="How sure it must be that somebody speaks (%)"
          about="Higher where callers are in noise, lower where they speak softly."
          range={[10, 95]}
          usual={[30, 75]}
          step={1}
        />
      </div>
    </Card>
  );
}

function Silence({ form }: Form) {
  return (
    <Card title="Silence and length">
      <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Amount
          form={form}
          name="no_input_after_ms"
          label="Silence before it asks (s)"
          about="Then it asks whether the caller is still there."
          range={[1, 60]}
          usual={[4, 15]}
          step={0.5}
        />
        <Amount
          form={form}
          name="no_input_prompts"
          label="How often it asks"
          about="After that it says goodbye."
          range={[0, 10]}
          usual={[1, 4]}
          step={1}
        />
        <Amount
          form={form}
          name="max_duration_ms"
          label="Longest conversation (min)"
          about="Then it ends the call politely."
          range={[1, 240]}
          usual={[5, 60]}
          step={1}
        />
      </div>
    </Card>
  );
}

type Amounts = Extract<
  FieldPath<Typed>,
  | "turn.min_delay_ms"
  | "turn.max_delay_ms"
  | "turn.barge_in_after_ms"
  | "turn.speech_threshold"
  | "no_input_after_ms"
  | "no_input_prompts"
  | "max_duration_ms"
>;

interface AmountProps extends Form {
  name: Amounts;
  label: string;
  about: string;
  /** What the server takes. */
  range: readonly [number, number];
  /** What does well in most calls. */
  usual: readonly [number, number];
  step: number;
  also?: (value: number, all: Typed) => true | string;
}

function Amount({ form, name, label, about, range, usual, step, also }: AmountProps) {
  const error = form.getFieldState(name, form.formState).error?.message;
  const value = form.watch(name);
  const unusual = value < usual[0] || value > usual[1];
  const span = (of: readonly [number, number]) => `${count(of[0])} to ${count(of[1])}`;
  return (
    <TextField
      label={label}
      type="number"
      inputMode="decimal"
      min={range[0]}
      max={range[1]}
      step={step}
      hint={
        <>
          {about}{" "}
          <span className={unusual && !error ? "text-warn" : undefined}>
            {unusual && !error ? "That is unusual; usual is" : "Usual is"} {span(usual)}.
          </span>
        </>
      }
      error={error}
      {...form.register(name, {
        valueAsNumber: true,
        validate: (typed, all) => {
          if (!(typed >= range[0] && typed <= range[1])) return `This must be ${span(range)}.`;
          if (name === "no_input_prompts" && !Number.isInteger(typed)) return "This must be a whole number.";
          return also?.(typed, all) ?? true;
        },
      })}
    />
  );
}

const NAMES: FieldPath<Typed>[] = [
  "agent_name",
  "voice",
  "model",
  "greeting",
  "prompt",
  "vocabulary",
  "pronunciations",
  "turn.min_delay_ms",
  "turn.max_delay_ms",
  "turn.barge_in_after_ms",
  "turn.speech_threshold",
  "no_input_after_ms",
  "no_input_prompts",
  "max_duration_ms",
];
