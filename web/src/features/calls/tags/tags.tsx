import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Button } from "@/components/ui/button/button";
import { toast } from "@/components/ui/toast/toast";
import { may, meQuery } from "@/features/auth/queries";
import { callKeys } from "@/features/calls/keys";
import { type CallDetail, tagsQuery } from "@/features/calls/queries";

const MOST = 20;
const LONGEST = 40;

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The tags of a call; each leads to the calls that have it. Changes show at once and go back if refused. */
export function Tags({ callId, tags }: { callId: string; tags: string[] }) {
  const client = useQueryClient();
  const me = useQuery(meQuery).data;
  const [typed, setTyped] = useState("");
  const known = useId();
  const writes = me !== undefined && may(me, "user");
  const all = useQuery({ ...tagsQuery, enabled: writes }).data ?? [];
  const key = callKeys.detail(callId);
  const show = (to: string[]) =>
    client.setQueryData(key, (old: CallDetail | undefined) => old && { ...old, tags: to });
  const put = useMutation({
    mutationFn: (to: string[]) =>
      ask(api.PUT("/calls/{id}/tags", { params: { path: { id: callId } }, body: { tags: to } })),
    onMutate: (to) => {
      show(to);
      return tags;
    },
    onError: (error, _, before) => {
      if (before) show(before);
      toast({ tone: "bad", text: `The tags were not changed. ${explain(error)}` });
    },
    onSuccess: async (now) => {
      show(now.tags);
      await client.invalidateQueries({ queryKey: callKeys.tags });
    },
  });
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = typed.trim();
    setTyped("");
    if (tag && !tags.some((one) => same(one, tag))) put.mutate([...tags, tag]);
  };
  const remove = (tag: string) => {
    put.mutate(tags.filter((one) => one !== tag));
    toast({ text: `The tag “${tag}” is taken away.`, undo: () => put.mutate(tags) });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {tags.length > 0 && (
        <ul className="contents" aria-label="Tags">
          {tags.map((tag) => (
            <li
              key={tag}
              className="inline-flex min-h-7 max-w-full items-center gap-1 rounded-full bg-accent-soft pl-3 text-sm text-accent"
            >
              <Link
                to="/calls"
                search={{ tag }}
                dir="auto"
                className={`truncate py-1 hover:underline ${writes ? "" : "pr-3"}`}
              >
                {tag}
              </Link>
              {writes && (
                <button
                  type="button"
                  className="grid size-7 shrink-0 place-items-center rounded-full hover:bg-line/60 print:hidden"
                  aria-label={`Take the tag ${tag} away`}
                  onClick={() => remove(tag)}
                >
                  <X className="size-3.5" aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {writes && tags.length < MOST && (
        <form className="inline-flex items-center gap-1 print:hidden" onSubmit={add}>
          <input
            aria-label="New tag"
            placeholder="Add a tag"
            list={known}
            maxLength={LONGEST}
            className="h-8 w-32 rounded-lg border border-edge bg-panel px-2.5 text-sm placeholder:text-faint"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <datalist id={known}>
            {all
              .filter((one) => !tags.some((tag) => same(tag, one.tag)))
              .map((one) => (
                <option key={one.tag} value={one.tag} />
              ))}
          </datalist>
          {typed.trim() !== "" && (
            <Button type="submit" look="quiet" size="icon" className="size-8" aria-label="Add the tag">
              <Plus aria-hidden />
            </Button>
          )}
        </form>
      )}
      {tags.length === 0 && !writes && <span className="text-faint">No tags</span>}
    </div>
  );
}
