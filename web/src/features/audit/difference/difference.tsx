import { TextDiff } from "@/components/ui/text-diff/text-diff";
import { changes } from "@/features/audit/words";

/** What an entry's change was, in words. */
export function Difference({ before, after }: { before: unknown; after: unknown }) {
  const all = changes(before, after);
  if (all.length === 0) return <p className="text-faint">No values were noted.</p>;
  return (
    <dl className="grid gap-2">
      {all.map((change) => (
        <div key={change.name} className="grid gap-x-4 gap-y-1 sm:grid-cols-[12rem_minmax(0,1fr)]">
          <dt className="text-sm text-faint">{change.name}</dt>
          <dd className="min-w-0" dir="auto">
            {change.long && before !== null && before !== undefined ? (
              <TextDiff before={change.before} after={change.after} />
            ) : (
              <>
                {change.before && (
                  <del className="mr-2 rounded bg-bad-soft px-1 whitespace-pre-wrap">
                    <span className="sr-only">Before: </span>
                    {change.before}
                  </del>
                )}
                {change.after && (
                  <ins className="rounded bg-good-soft px-1 whitespace-pre-wrap no-underline">
                    <span className="sr-only">After: </span>
                    {change.after}
                  </ins>
                )}
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
