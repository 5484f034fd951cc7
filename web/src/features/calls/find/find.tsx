import { ChevronDown, ChevronUp } from "lucide-react";
import { type RefObject, useEffect, useMemo, useState } from "react";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";

/** Where words stand in what was said, however many elements they are spread over. */
export function places(root: Element, words: string): Range[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  return [...root.querySelectorAll("[data-said]")].flatMap((said) => {
    const nodes: { node: Text; from: number }[] = [];
    let text = "";
    const walk = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      nodes.push({ node: node as Text, from: text.length });
      text += node.nodeValue ?? "";
    }
    const lower = text.toLowerCase();
    // Letters that become two in lower case would move every place behind them.
    const where = lower.length === text.length ? lower : text;
    const found: Range[] = [];
    for (let i = where.indexOf(wanted); i >= 0; i = where.indexOf(wanted, i + wanted.length)) {
      const range = document.createRange();
      const first = nodes.findLast((one) => one.from <= i);
      const last = nodes.findLast((one) => one.from < i + wanted.length);
      if (!first || !last) continue;
      range.setStart(first.node, i - first.from);
      range.setEnd(last.node, i + wanted.length - last.from);
      found.push(range);
    }
    return found;
  });
}

const marks = typeof CSS !== "undefined" && "highlights" in CSS ? CSS.highlights : null;

interface Props {
  /** What is searched; `of` is its content, so that it is searched again when it grows. */
  within: RefObject<Element | null>;
  of: unknown;
}

/** Words in the transcript: how many there are, from one to the next, marked where they stand. */
export function Find({ within, of }: Props) {
  const [words, setWords] = useState("");
  const [here, setHere] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another content has other places
  const found = useMemo(() => (within.current ? places(within.current, words) : []), [within, words, of]);
  const at = found.length > 0 ? ((here % found.length) + found.length) % found.length : 0;
  const current = found[at];
  useEffect(() => {
    if (!marks) return;
    marks.set("found", new Highlight(...found));
    if (current) marks.set("found-here", new Highlight(current));
    return () => {
      marks.delete("found");
      marks.delete("found-here");
    };
  }, [found, current]);
  const go = (by: number) => {
    const to = found[(at + by + found.length) % found.length];
    setHere(at + by);
    to?.startContainer.parentElement?.scrollIntoView({ block: "center" });
  };
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2 print:hidden">
      <TextField
        label="Find in the transcript"
        hideLabel
        placeholder="Find in the transcript"
        type="search"
        className="grow basis-40 sm:max-w-72"
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setHere(0);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || found.length === 0) return;
          event.preventDefault();
          go(event.shiftKey ? -1 : 1);
        }}
      />
      {words.trim() !== "" && (
        <>
          <span role="status" className="text-sm text-faint tabular-nums">
            {found.length === 0 ? "Not found" : `${at + 1} of ${found.length}`}
          </span>
          <Button
            look="quiet"
            size="icon"
            aria-label="Match before"
            disabled={found.length === 0}
            onClick={() => go(-1)}
          >
            <ChevronUp aria-hidden />
          </Button>
          <Button
            look="quiet"
            size="icon"
            aria-label="Next match"
            disabled={found.length === 0}
            onClick={() => go(1)}
          >
            <ChevronDown aria-hidden />
          </Button>
        </>
      )}
    </search>
  );
}
