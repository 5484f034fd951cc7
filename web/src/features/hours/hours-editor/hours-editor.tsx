import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useState } from "react";
import { api, askWithTag } from "@/api/client/client";
import { explain, ProblemError } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { Card } from "@/components/ui/card/card";
import { Conflict } from "@/components/ui/conflict/conflict";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu/menu";
import { SaveBar } from "@/components/ui/save-bar/save-bar";
import { Failure, FormProblem, Waiting } from "@/components/ui/states/states";
import { toast } from "@/components/ui/toast/toast";
import { Unsaved } from "@/components/ui/unsaved/unsaved";
import { takeBack } from "@/features/edit/take-back";
import { differences, ifMatch, type Tagged, useEdit } from "@/features/edit/use-edit";
import { Dates } from "@/features/hours/dates/dates";
import { DayRow } from "@/features/hours/day-row/day-row";
import { OpenNow } from "@/features/hours/open-now/open-now";
import { hoursEditQuery, readHours } from "@/features/hours/queries";
import {
  DAYS,
  type Day,
  type Draft,
  dayName,
  draftOf,
  fault,
  type Hours,
  type HoursPatch,
  patchOf,
  rebased,
  same,
  spell,
} from "@/features/hours/week";
import { dayKey } from "@/lib/dates/dates";

/** When the business is open. */
export function HoursEditor({ allowed }: { allowed: boolean }) {
  const hours = useQuery(hoursEditQuery);
  if (hours.isPending) return <Waiting rows={9} what="Loading business hours" />;
  if (hours.isError && !hours.data) return <Failure error={hours.error} retry={() => void hours.refetch()} />;
  return <Editor first={hours.data} allowed={allowed} />;
}

const NAMES = [
  ...DAYS.map((day) => ({ label: dayName(day), of: (d: Draft) => spell(d.week[day]) })),
  {
    label: "Dates that differ",
    of: (d: Draft) =>
      d.dates.map((o) => `${o.date} ${spell(o.spans)}${o.reason && ` (${o.reason})`}`).join("; "),
  },
];

function Editor({ first, allowed }: { first: Tagged<Hours>; allowed: boolean }) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(first);
  const [draft, setDraft] = useState(() => draftOf(first.data));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const write = (body: HoursPatch, etag: string | undefined) =>
    askWithTag(api.PATCH("/business-hours", { params: { header: ifMatch(etag) }, body }));
  const edit = useEdit<Hours, HoursPatch>({ read: readHours, write });
  const before = draftOf(seen.data);
  const dirty = !same(draft, before);
  const wrong = DAYS.some((day) => fault(draft.week[day])) || draft.dates.some((one) => fault(one.spans));
  const take = (saved: Tagged<Hours>, typed: (now: Draft, saved: Draft) => Draft = (_, is) => is) => {
    setSeen(saved);
    setDraft((now) => typed(now, draftOf(saved.data)));
    void client.invalidateQueries({ queryKey: ["hours", "now"] });
  };
  const putBack = (was: Draft, since: Tagged<Hours>) =>
    takeBack("Business hours are as they were", async () => {
      const then = draftOf(since.data);
      // What was typed since is still to be saved.
      take(await write(patchOf(was, then), since.etag), (now, is) => rebased(now, then, is));
    });
  const attempt = async (work: () => Promise<Tagged<Hours> | null>) => {
    setBusy(true);
    setProblem(null);
    const was = edit.clash ? draftOf(edit.clash.saved.data) : before;
    try {
      const saved = await work();
      if (!saved) return;
      take(saved);
      toast({ text: "Business hours saved", undo: () => void putBack(was, saved) });
    } catch (error) {
      const said = error instanceof ProblemError ? error.fields.map((f) => f.detail) : [];
      setProblem(said.length > 0 ? said.join(" ") : explain(error));
    } finally {
      setBusy(false);
    }
  };
  const setDay = (days: readonly Day[], spans: Draft["week"][Day]) =>
    setDraft((d) => ({ ...d, week: { ...d.week, ...Object.fromEntries(days.map((day) => [day, spans])) } }));
  return (
    <form
      aria-label="Business hours"
      className="flex flex-col gap-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) return setProblem("Some days are not right yet: see below.");
        void attempt(() => edit.save(patchOf(draft, before), seen.etag));
      }}
    >
      <Unsaved when={dirty && !busy} />
      <OpenNow />
      {edit.clash && (
        <Conflict
          rows={differences(draftOf(edit.clash.saved.data), draft, NAMES)}
          busy={busy}
          load={() => {
            if (edit.clash) take(edit.clash.saved);
            edit.settle();
          }}
          overwrite={() => void attempt(edit.overwrite)}
        />
      )}
      <FormProblem>{problem}</FormProblem>
      <Card title="The week">
        <div className="divide-y divide-line">
          {DAYS.map((day) => (
            <DayRow
              key={day}
              name={dayName(day)}
              spans={draft.week[day]}
              usual={before.week[day]}
              disabled={!allowed || busy}
              change={(spans) => setDay([day], spans)}
            >
              {allowed && <CopyDay day={day} to={(days) => setDay(days, draft.week[day])} />}
            </DayRow>
          ))}
        </div>
      </Card>
      <Card title="Dates that differ">
        <Dates
          dates={draft.dates}
          today={dayKey(new Date(), seen.data.timezone)}
          disabled={!allowed || busy}
          change={(to) => setDraft((d) => ({ ...d, dates: to(d.dates) }))}
        />
      </Card>
      {allowed && <SaveBar dirty={dirty} busy={busy} discard={() => setDraft(before)} />}
    </form>
  );
}

function CopyDay({ day, to }: { day: Day; to: (days: readonly Day[]) => void }) {
  const others = DAYS.filter((other) => other !== day);
  return (
    <Menu
      label={`Copy ${dayName(day)} to`}
      trigger={
        <Button
          look="quiet"
          size="small"
          aria-label={`Copy ${dayName(day)} to other days`}
          className="ml-auto text-faint max-sm:absolute max-sm:top-3 max-sm:right-0"
        >
          <Copy aria-hidden /> <span className="max-sm:hidden">Copy</span>
        </Button>
      }
    >
      <MenuItem onSelect={() => to(DAYS.slice(0, 5))}>Monday to Friday</MenuItem>
      <MenuItem onSelect={() => to(DAYS)}>Every day</MenuItem>
      <MenuLine />
      {others.map((other) => (
        <MenuItem key={other} onSelect={() => to([other])}>
          {dayName(other)}
        </MenuItem>
      ))}
    </Menu>
  );
}
