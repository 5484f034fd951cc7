import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Controller } from "react-hook-form";
import { once } from "@/api/client/client";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { SelectField, TextArea, TextField } from "@/components/ui/field/field";
import { Failure, Waiting } from "@/components/ui/states/states";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import {
  agentsQuery,
  type Line,
  type LineInput,
  lineQuery,
  linesQuery,
  makeLine,
  menusQuery,
  saveLine,
} from "@/features/phone-admin/queries";
import { inputOf, LABELS, type LineValues, MODES, valuesOf } from "@/features/phone-admin/words";
import { type Tagged, TaggedNews, useTaggedForm } from "@/features/platform/tagged/tagged";
import { tenantChanged } from "@/features/tenants/queries";
import { phone } from "@/lib/phones/phones";

interface Props {
  tenantId: string;
  line: Line;
}

/** One line of a tenant's, to be changed in its place. */
export function LineCard({ tenantId, line }: Props) {
  const seen = useQuery({ ...lineQuery(tenantId, line.id), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card
      data-testid="phone-config-card"
      title={line.phone_number ? phone(line.phone_number) : "Waits for a number"}
      actions={
        <>
          {line.is_root_protected && <Badge>Platform’s own</Badge>}
          {line.is_bought && <Badge>Bought here</Badge>}
        </>
      }
    >
      {seen.isPending ? (
        <Waiting what="Loading the line" />
      ) : !seen.data ? (
        <Failure error={seen.error} retry={() => void seen.refetch()} />
      ) : (
        <LineForm tenantId={tenantId} seen={seen.data} />
      )}
    </Card>
  );
}

/** A line that is to be. */
export function NewLine({ tenantId, close }: { tenantId: string; close: () => void }) {
  return (
    <Card data-testid="phone-config-new-card" title="New line">
      <LineForm tenantId={tenantId} seen={null} close={close} />
    </Card>
  );
}

interface FormProps {
  tenantId: string;
  /** `null`: a new one. */
  seen: Tagged<Line> | null;
  close?: () => void;
}

function LineForm({ tenantId, seen, close }: FormProps) {
  const client = useQueryClient();
  const [key] = useState(once);
  const agents = useQuery(agentsQuery(tenantId)).data ?? [];
  const menus = useQuery(menusQuery(tenantId)).data ?? [];
  const line = seen?.data ?? null;
  const edit = useTaggedForm<Line | null, LineValues>({
    seen: seen ?? { data: null, etag: undefined },
    values: valuesOf,
    labels: LABELS,
    inner: ["fallback.to", "fallback.text"],
    read: () => client.fetchQuery({ ...lineQuery(tenantId, line?.id ?? ""), staleTime: 0 }),
    save: (changed, etag, all) =>
      line
        ? saveLine(tenantId, line.id, inputOf(changed), etag)
        : makeLine(tenantId, inputOf(all) as LineInput, key),
    saved: async (now) => {
      if (line) client.setQueryData(lineQuery(tenantId, line.id).queryKey, now as Tagged<Line>);
      await Promise.all([
        client.invalidateQueries({ queryKey: linesQuery(tenantId).queryKey, exact: true }),
        tenantChanged(client, tenantId),
      ]);
      toast({ text: line ? "The line is saved" : "The line is made" });
      close?.();
    },
  });
  const { form } = edit;
  const { errors, isDirty, isSubmitting } = form.formState;
  const mode = form.watch("ivr_mode");
  const kind = form.watch("fallback.kind");
  const field = (name: Exclude<keyof LineValues, "fallback" | "record">, part = "input") => ({
    label: LABELS[name],
    error: errors[name]?.message,
    "data-testid": `phone-config-${TEST_NAMES[name] ?? name.replaceAll("_", "-")}-${part}`,
    ...form.register(name),
  });
  return (
    <form
      onSubmit={edit.submit}
      noValidate
      aria-label={line?.phone_number ? `Line ${phone(line.phone_number)}` : "Line"}
      className="flex flex-col gap-4"
    >
      <Unsaved when={isDirty && !isSubmitting} />
      <TaggedNews of={edit} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField type="tel" hint="With country code." {...field("phone_number")} />
        <div className="flex flex-wrap items-start gap-2">
          <SelectField className="grow" {...field("ivr_mode", "select")}>
            {MODES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          {mode === "ai-voice" && (
            <Badge tone="accent" className="mt-8" data-testid="phone-config-ai-voice-badge">
              AI Voice (Beta)
            </Badge>
          )}
        </div>
        <TextField
          hint={mode === "simple" ? "The phone that rings." : "Where calls are transferred to."}
          {...field("forward_to")}
        />
        {mode !== "simple" && (
          <SelectField {...field("agent_id", "select")}>
            <option value="">None</option>
            <Known id={line?.agent_id} of={agents} />
          </SelectField>
        )}
        {mode === "ivr" && (
          <>
            <SelectField {...field("ivr_menu_id", "select")}>
              <option value="">None</option>
              <Known id={line?.ivr_menu_id} of={menus} />
            </SelectField>
            <SelectField {...field("closed_menu_id", "select")}>
              <option value="">The same menu</option>
              <Known id={line?.closed_menu_id} of={menus} />
            </SelectField>
          </>
        )}
        <SelectField
          label={LABELS.fallback}
          data-testid="phone-config-fallback-select"
          {...form.register("fallback.kind")}
        >
          <option value="voicemail">The caller may leave a message</option>
          <option value="forward">The caller is forwarded</option>
          <option value="message">The caller hears a sentence</option>
        </SelectField>
        {kind === "forward" && (
          <TextField
            label="Forwarded to, then"
            data-testid="phone-config-fallback-to-input"
            error={errors.fallback?.to?.message}
            {...form.register("fallback.to")}
          />
        )}
        {kind === "message" && (
          <TextArea
            label="The sentence"
            dir="auto"
            data-testid="phone-config-fallback-text-input"
            error={errors.fallback?.text?.message}
            {...form.register("fallback.text")}
          />
        )}
      </div>
      <details>
        <summary className="inline-flex min-h-6 cursor-pointer items-center text-accent">
          More settings
        </summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          <TextField type="number" min={5} max={120} {...field("dial_timeout_s")} />
          <Controller
            control={form.control}
            name="record"
            render={({ field: { value, onChange } }) => (
              <Switch
                label={LABELS.record}
                checked={value}
                onCheckedChange={onChange}
                className="self-end pb-1.5"
                data-testid="phone-config-record-switch"
              />
            )}
          />
          <TextField spellCheck={false} {...field("messaging_service_sid")} />
          <TextField spellCheck={false} {...field("sip_domain")} />
          <TextField spellCheck={false} autoComplete="off" {...field("sip_username")} />
        </div>
      </details>
      <div className="flex flex-wrap items-center gap-2">
        {line && (
          <p className="text-sm text-faint">
            {line.is_root_protected
              ? "It answers for every number that is nobody’s, and stays."
              : "It is taken down in the tenant’s place."}
          </p>
        )}
        <span className="flex-1" />
        {close && <Button onClick={close}>Cancel</Button>}
        {line && isDirty && <Button onClick={() => form.reset()}>Discard</Button>}
        <Button
          type="submit"
          look="main"
          busy={isSubmitting}
          disabled={line !== null && !isDirty}
          data-testid="phone-config-save-button"
        >
          {line ? "Save" : "Make the line"}
        </Button>
      </div>
    </form>
  );
}

/** Names of tests that requirements name otherwise than the fields. */
const TEST_NAMES: Partial<Record<keyof LineValues, string>> = {
  agent_id: "agent",
  ivr_menu_id: "menu",
  closed_menu_id: "closed-menu",
  forward_to: "forward",
  dial_timeout_s: "dial-timeout",
};

/** Choices by name; what is chosen stays chosen while its name is not known. */
function Known({ id, of }: { id: string | null | undefined; of: { id: string; name: string }[] }): ReactNode {
  return (
    <>
      {id && !of.some((one) => one.id === id) && <option value={id}>…</option>}
      {of.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </>
  );
}
