import { PackageCheck } from "lucide-react";
import { KINDS } from "@/features/agents/words";
import type { Applied } from "@/features/packs/queries";

const OUTCOMES: Record<string, string> = {
  made: "made and published",
  published: "has the pack’s new instructions from the next call on",
  drafted: "keeps your instructions; the pack’s are a version for you to publish",
};

/** What an application gave, by name. */
export function Given({ applied }: { applied: Applied }) {
  const lists = [
    { name: "Services", all: applied.services },
    { name: "Questions", all: applied.faqs },
    { name: "Menus", all: applied.menus },
    { name: "Texts", all: applied.texts },
    {
      name: "Agents",
      all: applied.agents.map(
        (agent) => `${KINDS[agent.kind].name}: ${OUTCOMES[agent.outcome] ?? agent.outcome}`,
      ),
    },
    { name: "Stayed as you have them", all: applied.kept },
  ].filter((list) => list.all.length > 0);
  const nothing = lists.every((list) => list.name === "Stayed as you have them");
  return (
    <section role="status" aria-label="What was given" className="mb-5 rounded-xl bg-good-soft p-4 sm:p-5">
      <h2 className="flex items-center gap-2 font-semibold">
        <PackageCheck className="size-4 text-good" aria-hidden />
        {nothing ? "There was nothing new to give" : "What you were given"}
      </h2>
      {nothing && <p className="mt-1">You have all of version {applied.version}, or have taken it away.</p>}
      <dl className="mt-2 grid gap-2">
        {lists.map((list) => (
          <div key={list.name}>
            <dt className="font-medium">{list.name}</dt>
            <dd dir="auto">{list.all.join(" · ")}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
