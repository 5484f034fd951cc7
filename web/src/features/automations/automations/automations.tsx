import { useQuery, useQueryClient } from "@tanstack/react-query";
import { MessageSquareText } from "lucide-react";
import { useRef, useState } from "react";
import { api, ask, askWithTag } from "@/api/client/client";
import { explain, ProblemError } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Conflict } from "@/components/ui/conflict/conflict";
import { TextArea, TextField } from "@/components/ui/field/field";
import { SaveBar } from "@/components/ui/save-bar/save-bar";
import { Empty, Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { may, meQuery, settingsQuery } from "@/features/auth/queries";
import { differences, ifMatch, useEdit } from "@/features/edit/use-edit";

type Automation = components["schemas"]["AutomationView"];
type Patch = components["schemas"]["AutomationInputPatch"];

const KINDS: Record<string, { name: string; about: string }> = {
  booking_text: { name: "Booking text", about: "Goes to the customer when an appointment is made or moved." },
  reminder_text: { name: "Reminder", about: "Goes to the customer before the appointment begins." },
  missed_call_text: { name: "Missed call text", about: "Goes to who called and reached nobody." },
};
const nameOf = (one: Automation) => KINDS[one.kind]?.name ?? one.kind;

/** What stands in the preview for what a text will hold. */
const SAMPLES: Record<string, string> = {
  name: "Ann",
  service: "cleaning",
  time: "Tuesday at 3:00 PM",
  date: "Tuesday",
  number: "(918) 555-0103",
};
const MOST = 320;

export function filled(text: string, company: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) =>
    key === "company" ? company : (SAMPLES[key] ?? whole),
  );
}

/** Texts that go out by themselves. */
export function Automations() {
  const me = useQuery(meQuery).data;
  const list = useQuery({
    queryKey: ["automations"],
    queryFn: async () => (await ask(api.GET("/automations"))).data,
  });
  return (
    <div className="max-w-4xl">
      <PageHead title="Automations" about="Texts that go out by themselves, from the line's own number." />
      {list.isPending || !me ? (
        <Waiting what="Loading automations" />
      ) : list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : list.data?.length === 0 ? (
        <Card>
          <Empty icon={MessageSquareText} title="No automations yet">
            An industry pack brings them: apply one under Industry packs.
          </Empty>
        </Card>
      ) : (
        <div className="flex flex-col gap-5">
          {list.data?.map((one) => (
            <AutomationForm key={one.id} first={one} allowed={may(me, "admin")} />
          ))}
        </div>
      )}
    </div>
  );
}

const path = (id: string) => ({ params: { path: { id } } });

function AutomationForm({ first, allowed }: { first: Automation; allowed: boolean }) {
  const client = useQueryClient();
  const company = useQuery(settingsQuery).data?.company_name ?? "…";
  const [seen, setSeen] = useState(first);
  const [text, setText] = useState(first.text);
  const [minutes, setMinutes] = useState(String(first.minutes_before ?? ""));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const area = useRef<HTMLDivElement>(null);
  const edit = useEdit<Automation, Patch>({
    read: () => askWithTag(api.GET("/automations/{id}", path(first.id))),
    write: (body, etag) =>
      askWithTag(
        api.PATCH("/automations/{id}", {
          params: { path: { id: first.id }, header: ifMatch(etag) },
          body,
        }),
      ),
  });
  const reminds = first.minutes_before != null;
  const typed: Patch = { text, ...(reminds ? { minutes_before: Number(minutes) } : {}) };
  const dirty = text !== seen.text || (reminds && minutes !== String(seen.minutes_before));
  const take = (now: Automation) => {
    setSeen(now);
    setText(now.text);
    setMinutes(String(now.minutes_before ?? ""));
    void client.invalidateQueries({ queryKey: ["automations"] });
  };
  const attempt = async (work: () => Promise<{ data: Automation } | null>) => {
    setBusy(true);
    setProblem(null);
    try {
      const saved = await work();
      if (!saved) return;
      take(saved.data);
      toast({ text: `${nameOf(first)} saved` });
    } catch (error) {
      const said = error instanceof ProblemError ? error.fields.map((f) => f.detail) : [];
      setProblem(said.length > 0 ? said.join(" ") : explain(error));
    } finally {
      setBusy(false);
    }
  };
  // The list has no tags: what is saved now is compared with what was seen, and its tag is sent.
  const save = async () => {
    const now = await askWithTag(api.GET("/automations/{id}", path(first.id)));
    return edit.save(typed, now.data.updated_at === seen.updated_at ? now.etag : '"changed"');
  };
  const turn = async (enabled: boolean, back = true) => {
    setBusy(true);
    try {
      const now = await ask(
        api.PATCH("/automations/{id}", {
          params: { path: { id: first.id }, header: {} },
          body: { enabled },
        }),
      );
      // Words that somebody else saved meanwhile are still to be asked about.
      setSeen((old) => ({
        ...old,
        enabled: now.enabled,
        updated_at:
          now.text === old.text && now.minutes_before === old.minutes_before
            ? now.updated_at
            : old.updated_at,
      }));
      toast({
        text: `${nameOf(first)} is ${now.enabled ? "on" : "off"}`,
        ...(back ? { undo: () => void turn(!enabled, false) } : {}),
      });
    } catch (error) {
      toast({ text: `That was not changed. ${explain(error)}`, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={nameOf(first)} data-testid={`automation-${first.kind}`}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(save);
        }}
      >
        <Unsaved when={dirty && !busy} />
        {edit.clash && (
          <Conflict
            rows={differences<Patch>(edit.clash.saved.data, typed, [
              { label: "Text", of: (a) => a.text ?? "" },
              { label: "Minutes before", of: (a) => String(a.minutes_before ?? "") },
            ])}
            busy={busy}
            load={() => {
              if (edit.clash) take(edit.clash.saved.data);
              edit.settle();
            }}
            overwrite={() => void attempt(edit.overwrite)}
          />
        )}
        <FormProblem>{problem}</FormProblem>
        <Switch
          label={`Send the ${nameOf(first).toLowerCase()}`}
          description={KINDS[first.kind]?.about}
          extra={first.pack && <Badge>From a pack</Badge>}
          checked={seen.enabled}
          disabled={!allowed || busy}
          onCheckedChange={(to) => void turn(to)}
        />
        <div ref={area} className="flex flex-col gap-2">
          <TextArea
            label="Text"
            maxLength={MOST}
            hint={`${text.length} of ${MOST} characters`}
            value={text}
            disabled={!allowed}
            onChange={(event) => setText(event.target.value)}
          />
          {allowed && (
            <p className="flex flex-wrap items-center gap-2 text-sm text-faint">
              Put in:
              {first.placeholders.map((name) => (
                <Button
                  key={name}
                  size="small"
                  onClick={() => {
                    const box = area.current?.querySelector("textarea");
                    const at = box?.selectionStart ?? text.length;
                    setText(`${text.slice(0, at)}{${name}}${text.slice(at)}`.slice(0, MOST));
                    box?.focus();
                  }}
                >
                  {`{${name}}`}
                </Button>
              ))}
            </p>
          )}
        </div>
        {reminds && (
          <TextField
            label="Minutes before the appointment"
            type="number"
            min={15}
            max={20160}
            className="max-w-xs"
            hint="15 minutes to two weeks: 1440 is a day."
            value={minutes}
            disabled={!allowed}
            onChange={(event) => setMinutes(event.target.value)}
          />
        )}
        <figure className="rounded-lg bg-page p-3">
          <figcaption className="text-sm text-faint">For example</figcaption>
          <p dir="auto">{filled(text, company)}</p>
        </figure>
        {allowed && <SaveBar dirty={dirty} busy={busy} discard={() => take(seen)} />}
      </form>
    </Card>
  );
}
