import { Button } from "@/components/ui/button/button";

interface Props {
  /** What differs, in words: a field's name, what is saved there, what was typed here. */
  rows: readonly { label: string; theirs: string; yours: string }[];
  load: () => void;
  overwrite: () => void;
  busy?: boolean;
}

/** Somebody else saved while this was being edited (412): what both say, and whose holds. Nothing typed is lost. */
export function Conflict({ rows, load, overwrite, busy }: Props) {
  return (
    <div role="alert" className="flex flex-col gap-3 rounded-xl bg-warn-soft p-4">
      <p className="font-medium text-warn">Somebody else changed this since you opened it</p>
      {rows.length > 0 ? (
        <dl className="flex flex-col gap-3">
          {rows.map((row) => (
            <div key={row.label}>
              <dt className="font-medium">{row.label}</dt>
              <dd>
                Saved: <span dir="auto">{row.theirs || "nothing"}</span>
              </dd>
              <dd>
                Yours: <span dir="auto">{row.yours || "nothing"}</span>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>What they saved and what you typed say the same.</p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={load} disabled={busy}>
          Take what is saved
        </Button>
        <Button size="small" onClick={overwrite} busy={busy ?? false}>
          Save mine over it
        </Button>
      </div>
    </div>
  );
}
