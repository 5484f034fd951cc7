import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bot } from "lucide-react";
import { useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { api, ask, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Card } from "@/components/ui/card/card";
import { Conflict } from "@/components/ui/conflict/conflict";
import { TextArea, TextField } from "@/components/ui/field/field";
import { SaveBar } from "@/components/ui/save-bar/save-bar";
import { Select } from "@/components/ui/select/select";
import { Empty, Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { settingsQuery } from "@/features/auth/queries";
import { differences } from "@/features/edit/use-edit";
import { linesQuery } from "@/features/lines/queries";
import { ModelField, VoiceField } from "@/features/settings/voice-field/voice-field";

type Agent = components["schemas"]["AgentView"];
type Voice = components["schemas"]["VoiceInput"];

const agentsQuery = {
  queryKey: ["agents", "list"],
  queryFn: async () => (await ask(api.GET("/agents"))).data,
};

/** The agent that most callers meet: that of the first conversation line, or of any line, or the first. */
export function mainAgent(
  agents: readonly Agent[],
  lines: readonly { ivr_mode: string; agent_id?: string | null }[],
): Agent | undefined {
  const wanted =
    lines.find((line) => line.ivr_mode === "ai-voice" && line.agent_id)?.agent_id ??
    lines.find((line) => line.agent_id)?.agent_id;
  return agents.find((agent) => agent.id === wanted) ?? agents[0];
}

/** What callers hear: saved as a version of the agent that is published at once. */
export function AgentSettings({ allowed }: { allowed: boolean }) {
  const agents = useQuery(agentsQuery);
  const lines = useQuery(linesQuery);
  const [chosen, choose] = useState<string | null>(null);
  if (agents.isPending || lines.isPending)
    return (
      <Card title="Agent">
        <Waiting what="Loading the agent" />
      </Card>
    );
  const failed = agents.isError ? agents : lines.isError ? lines : null;
  if (failed || !agents.data || !lines.data)
    return (
      <Card title="Agent">
        <Failure error={failed?.error} retry={() => void failed?.refetch()} />
      </Card>
    );
  const agent = agents.data.find((a) => a.id === chosen) ?? mainAgent(agents.data, lines.data);
  if (!agent)
    return (
      <Card title="Agent">
        <Empty icon={Bot} title="No agent yet">
          Apply an industry pack, or make an agent; then say here what it is told.
        </Empty>
      </Card>
    );
  return (
    <div className="flex flex-col gap-5">
      {agents.data.length > 1 && (
        <Select
          label="Agent"
          className="max-w-sm"
          options={agents.data.map((a) => ({ value: a.id, label: a.name }))}
          value={agent.id}
          onValueChange={choose}
        />
      )}
      <AgentForm key={agent.id} agent={agent} allowed={allowed} />
    </div>
  );
}

const FIELDS = ["agent_name", "greeting", "prompt", "voice", "model"] as const;
type Words = Pick<Voice, (typeof FIELDS)[number]>;

const wordsOf = (agent: Agent): Words => ({
  agent_name: agent.settings?.agent_name ?? "",
  greeting: agent.settings?.greeting ?? "",
  prompt: agent.settings?.prompt ?? "",
  voice: agent.settings?.voice ?? null,
  model: agent.settings?.model ?? null,
});

const NAMES: readonly { label: string; of: (w: Words) => string }[] = [
  { label: "Name", of: (w) => w.agent_name },
  { label: "Greeting", of: (w) => w.greeting },
  { label: "Prompt", of: (w) => w.prompt },
  { label: "Voice", of: (w) => w.voice ?? "" },
  { label: "AI model", of: (w) => w.model ?? "" },
];

const read = (id: string) => ask(api.GET("/agents/{id}", { params: { path: { id } } }));

/** A version with these words, published. */
async function publish(agent: Agent, typed: Words): Promise<Agent> {
  const params = { path: { id: agent.id } };
  const body = { ...(agent.settings as Voice), ...typed };
  const version = await ask(
    api.POST("/agents/{id}/versions", { params: { ...params, header: once() }, body }),
  );
  return ask(
    api.POST("/agents/{id}/publish", {
      params: { ...params, header: once() },
      body: { version_id: version.id },
    }),
  );
}

function AgentForm({ agent, allowed }: { agent: Agent; allowed: boolean }) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(agent);
  const [clash, setClash] = useState<Agent | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<Words>({ defaultValues: wordsOf(agent), disabled: !allowed });
  const { errors, isDirty, isSubmitting } = form.formState;
  const take = (now: Agent) => {
    setSeen(now);
    setClash(null);
    form.reset(wordsOf(now));
    void client.invalidateQueries({ queryKey: ["agents"] });
  };
  const attempt = async (on: Agent, typed: Words) => {
    setProblem(null);
    try {
      // A version is only ever added: whether somebody else published one meanwhile has to be asked.
      const now = await read(on.id);
      if (now.published_version_id !== on.published_version_id) return setClash(now);
      take(await publish(now, typed));
      toast({ text: "The agent is told. Calls from here on have it." });
    } catch (error) {
      setProblem(fieldErrors(error, FIELDS, form.setError));
    }
  };
  const save = form.handleSubmit((typed) => attempt(seen, typed));
  const company = useQuery(settingsQuery).data?.company_name ?? "us";
  const said = form.watch();
  const spoken =
    said.greeting.replaceAll("{company}", company).replaceAll("{agent}", said.agent_name).trim() || "Hello.";
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-5">
      <Unsaved when={isDirty && !isSubmitting} />
      {clash && (
        <Conflict
          rows={differences(wordsOf(clash), form.getValues(), NAMES)}
          load={() => take(clash)}
          overwrite={() => void attempt(clash, form.getValues())}
        />
      )}
      <FormProblem>{problem}</FormProblem>
      <Card title={seen.name}>
        <div className="flex flex-col gap-4">
          <TextField
            label="Name"
            hint="What it calls itself."
            className="max-w-sm"
            error={errors.agent_name?.message}
            {...form.register("agent_name", { required: "Give it a name." })}
          />
          <Controller
            control={form.control}
            name="model"
            render={({ field }) => (
              <ModelField value={field.value ?? null} change={field.onChange} disabled={!allowed} />
            )}
          />
          <Controller
            control={form.control}
            name="voice"
            render={({ field }) => (
              <VoiceField
                value={field.value ?? null}
                change={field.onChange}
                disabled={!allowed}
                text={spoken}
              />
            )}
          />
          <TextArea
            label="Greeting"
            hint="The first words of a call. {company} and {agent} are filled in."
            error={errors.greeting?.message}
            {...form.register("greeting", { required: "Say how it greets." })}
          />
          <TextArea
            label="Prompt"
            rows={10}
            hint="How it is to behave and what it is to do. Prices, services and answers come from Knowledge, hours and address from these settings: no need to repeat them."
            error={errors.prompt?.message}
            {...form.register("prompt")}
          />
        </div>
      </Card>
      {allowed && (
        <SaveBar
          word="Save and publish"
          dirty={isDirty}
          busy={isSubmitting}
          discard={() => form.reset(wordsOf(seen))}
        />
      )}
    </form>
  );
}
