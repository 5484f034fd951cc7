import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import { api, ask, askWithTag, once } from "@/api/client/client";
import { fieldErrors } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Choice } from "@/components/ui/choice/choice";
import { Conflict } from "@/components/ui/conflict/conflict";
import { Dialog } from "@/components/ui/dialog/dialog";
import { SelectField, TextField } from "@/components/ui/field/field";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import { takeBack } from "@/features/edit/take-back";
import { differences, ifMatch, type Tagged, useEdit } from "@/features/edit/use-edit";
import { FallbackFields } from "@/features/lines/fallback-fields/fallback-fields";
import {
  agentChoicesQuery,
  type Line,
  type LineInput,
  lineEditQuery,
  menuChoicesQuery,
  readLine,
} from "@/features/lines/queries";
import { inputOf, type LineWords, MODES, modeLabel, wordsOf } from "@/features/lines/words";
import { phone } from "@/lib/phones/phones";

interface DialogProps {
  /** The line that is changed; `null`: a new one. */
  id: string | null;
  /** The number that is bought with the new line. */
  buying?: string;
  close: () => void;
}

export function LineDialog({ id, buying, close }: DialogProps) {
  const seen = useQuery({ ...lineEditQuery(id ?? ""), enabled: id !== null });
  const title = buying ? `Buy ${phone(buying)}` : id ? "Edit line" : "New line";
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={title}
      description={
        buying && "How it is to answer. The carrier asks this server about its calls from then on."
      }
      className="max-w-2xl"
    >
      {id && seen.isPending ? (
        <Waiting rows={6} />
      ) : id && !seen.data ? (
        <Failure error={seen.error} retry={() => void seen.refetch()} />
      ) : (
        <LineForm seen={seen.data ?? null} buying={buying} close={close} />
      )}
    </Dialog>
  );
}

const FIELDS = [
  "phone_number",
  "ivr_mode",
  "agent_id",
  "ivr_menu_id",
  "closed_menu_id",
  "forward_to",
  "dial_timeout_s",
  "fallback.to",
  "fallback.text",
  "overflow.to",
  "overflow.text",
  "record",
  "messaging_service_sid",
  "sip_domain",
  "sip_username",
] as const;

const ending = (w: LineWords["fallback"]) => [w.kind, w.to, w.text].filter(Boolean).join(" ");
const NAMES = [
  { label: "Number", of: (w: LineWords) => w.phone_number },
  { label: "Answers with", of: (w: LineWords) => modeLabel(w.ivr_mode) },
  { label: "Forwards to", of: (w: LineWords) => w.forward_to },
  { label: "Rings for", of: (w: LineWords) => `${w.dial_timeout_s} s` },
  { label: "Otherwise", of: (w: LineWords) => ending(w.fallback) },
  { label: "When all are busy", of: (w: LineWords) => ending(w.overflow) },
  { label: "Records", of: (w: LineWords) => (w.record ? "yes" : "no") },
];

interface FormProps {
  seen: Tagged<Line> | null;
  buying: string | undefined;
  close: () => void;
}

function LineForm({ seen: first, buying, close }: FormProps) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const [key] = useState(once);
  const id = seen?.data.id ?? "";
  const write = (body: LineInput, etag: string | undefined) =>
    askWithTag(api.PATCH("/phone-configs/{id}", { params: { path: { id }, header: ifMatch(etag) }, body }));
  const edit = useEdit<Line, LineInput>({ read: () => readLine(id), write });
  const form = useForm<LineWords>({
    defaultValues: wordsOf(seen?.data ?? { phone_number: buying ?? "" }),
  });
  const { isSubmitting } = form.formState;
  const make = (body: LineInput) =>
    ask(
      buying
        ? api.POST("/phone-numbers", { params: { header: key }, body })
        : api.POST("/phone-configs", { params: { header: key }, body }),
    );
  const putBack = (was: Line, etag: string | undefined) =>
    takeBack("The line is as it was. The next call is answered like that.", async () => {
      await write(inputOf(wordsOf(was)), etag);
      await client.invalidateQueries({ queryKey: ["lines"] });
    });
  const attempt = async (work: () => Promise<Line | Tagged<Line> | null>) => {
    setProblem(null);
    const was = edit.clash?.saved.data ?? seen?.data;
    try {
      const saved = await work();
      if (!saved) return;
      await client.invalidateQueries({ queryKey: ["lines"] });
      toast({
        text: buying ? `${phone(buying)} is yours` : "Line saved. The next call is answered like this.",
        ...(was && "etag" in saved ? { undo: () => void putBack(was, saved.etag) } : {}),
      });
      close();
    } catch (error) {
      setProblem(fieldErrors(error, FIELDS, form.setError));
    }
  };
  const save = form.handleSubmit((typed) =>
    attempt(() => (seen ? edit.save(inputOf(typed), seen.etag) : make(inputOf(typed)))),
  );
  return (
    <form onSubmit={save} noValidate className="flex flex-col gap-5">
      {edit.clash && (
        <Conflict
          rows={differences(wordsOf(edit.clash.saved.data), form.getValues(), NAMES)}
          busy={isSubmitting}
          load={() => {
            if (edit.clash) {
              setSeen(edit.clash.saved);
              form.reset(wordsOf(edit.clash.saved.data));
            }
            edit.settle();
          }}
          overwrite={() => void attempt(edit.overwrite)}
        />
      )}
      <FormProblem>{problem}</FormProblem>
      <LineFields form={form} fixedNumber={Boolean(buying) || seen?.data.is_bought === true} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="main" busy={isSubmitting}>
          {buying ? "Buy number" : "Save"}
        </Button>
      </div>
    </form>
  );
}

function LineFields({ form, fixedNumber }: { form: UseFormReturn<LineWords>; fixedNumber: boolean }) {
  const { errors } = form.formState;
  const mode = form.watch("ivr_mode");
  return (
    <>
      <TextField
        label="Number"
        type="tel"
        readOnly={fixedNumber}
        hint={fixedNumber ? undefined : "Callers dial it, and the carrier sends its calls here."}
        error={errors.phone_number?.message}
        {...form.register("phone_number")}
      />
      <Controller
        control={form.control}
        name="ivr_mode"
        render={({ field }) => (
          <Choice
            label="Answers with"
            options={MODES}
            value={field.value}
            onValueChange={field.onChange}
            className="sm:grid-cols-3"
          />
        )}
      />
      {mode === "ivr" && <MenuFields form={form} />}
      {mode !== "simple" && <AgentField form={form} needed={mode === "ai-voice"} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={mode === "simple" ? "Rings" : "Transfers to"}
          placeholder="(918) 555-0199 or sip:desk@example.com"
          hint={mode === "ai-voice" ? "A person, when the caller asks for one." : undefined}
          error={errors.forward_to?.message}
          {...form.register("forward_to", {
            validate: (to) =>
              mode !== "simple" ||
              to.trim() !== "" ||
              form.getValues("fallback.kind") !== "voicemail" ||
              "Say which phone rings.",
          })}
        />
        <TextField
          label="Rings for, in seconds"
          inputMode="numeric"
          hint="5 to 120."
          error={errors.dial_timeout_s?.message}
          {...form.register("dial_timeout_s", {
            validate: (s) => (/^\d+$/.test(s) && Number(s) >= 5 && Number(s) <= 120) || "5 to 120.",
          })}
        />
      </div>
      <FallbackFields
        form={form}
        name="fallback"
        label="When nobody answers, the caller"
        hint={
          mode === "ai-voice"
            ? "Also when the agent cannot answer."
            : "Also when what the line leads to is not there."
        }
      />
      <Controller
        control={form.control}
        name="record"
        render={({ field }) => (
          <Switch
            label="Record calls"
            description="Voicemail is recorded in any case."
            checked={field.value}
            onCheckedChange={field.onChange}
          />
        )}
      />
      <details className="rounded-lg border border-line p-3">
        <summary className="min-h-6 cursor-pointer font-medium">More: busy times, texts, SIP</summary>
        <div className="mt-4 flex flex-col gap-4">
          <FallbackFields
            form={form}
            name="overflow"
            label="When too many calls are held, the caller"
            hint="Calls at once are limited by your plan and by the server."
            none="Hears that all lines are busy"
          />
          <TextField
            label="Messaging service SID"
            hint="Of the carrier, for texts."
            error={errors.messaging_service_sid?.message}
            {...form.register("messaging_service_sid")}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label="SIP domain"
              error={errors.sip_domain?.message}
              {...form.register("sip_domain")}
            />
            <TextField
              label="SIP user name"
              autoComplete="off"
              error={errors.sip_username?.message}
              {...form.register("sip_username")}
            />
          </div>
        </div>
      </details>
    </>
  );
}

function AgentField({ form, needed }: { form: UseFormReturn<LineWords>; needed: boolean }) {
  const agents = useQuery(agentChoicesQuery);
  const error = form.formState.errors.agent_id?.message;
  if (agents.isError) return <Failure error={agents.error} retry={() => void agents.refetch()} />;
  return (
    <SelectField
      // The choice can only be shown once its options are there.
      key={String(agents.isSuccess)}
      label="Agent"
      hint={
        agents.data?.length === 0
          ? "There is no agent yet: an industry pack brings some."
          : needed
            ? "It answers."
            : "It answers where the menu leads to it."
      }
      error={error}
      {...form.register("agent_id", {
        validate: (id) => !needed || id !== "" || "Choose the agent that answers.",
      })}
    >
      <option value="">{needed ? "Choose an agent" : "None"}</option>
      {agents.data?.map((agent) => (
        <option key={agent.id} value={agent.id}>
          {agent.name}
        </option>
      ))}
    </SelectField>
  );
}

function MenuFields({ form }: { form: UseFormReturn<LineWords> }) {
  const menus = useQuery(menuChoicesQuery);
  const { errors } = form.formState;
  if (menus.isError) return <Failure error={menus.error} retry={() => void menus.refetch()} />;
  const options = menus.data?.map((menu) => (
    <option key={menu.id} value={menu.id}>
      {menu.name}
    </option>
  ));
  return (
    <div className="grid gap-4 sm:grid-cols-2" key={String(menus.isSuccess)}>
      <SelectField
        label="Menu"
        hint={menus.data?.length === 0 && "There is no menu yet: make one first."}
        error={errors.ivr_menu_id?.message}
        {...form.register("ivr_menu_id", { required: "Choose the menu that answers." })}
      >
        <option value="">Choose a menu</option>
        {options}
      </SelectField>
      <SelectField
        label="Menu outside business hours"
        error={errors.closed_menu_id?.message}
        {...form.register("closed_menu_id")}
      >
        <option value="">The same</option>
        {options}
      </SelectField>
    </div>
  );
}
