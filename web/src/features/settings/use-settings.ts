import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, askWithTag } from "@/api/client/client";
import { ProblemError } from "@/api/problem/problem";
import { settingsQuery } from "@/features/auth/queries";
import { ifMatch, type Tagged, useEdit } from "@/features/edit/use-edit";
import {
  readSettings,
  type Settings,
  type SettingsPatch,
  settingsEditQuery,
} from "@/features/settings/queries";

/**
 * The settings as they were seen, for all forms of the page: each sends its own fields, and what one has saved
 * the others have seen.
 */
export function useSettings(first: Tagged<Settings>, allowed: boolean) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(first);
  // For who holds on to a `turn` of before, as the way back in a toast does.
  const tag = useRef(first.etag);
  const { clash, ...edit } = useEdit<Settings, SettingsPatch>({
    read: readSettings,
    write: (body, etag) => askWithTag(api.PATCH("/settings", { params: { header: ifMatch(etag) }, body })),
  });
  const took = (saved: Tagged<Settings>): Settings => {
    setSeen(saved);
    tag.current = saved.etag;
    client.setQueryData(settingsEditQuery.queryKey, saved);
    client.setQueryData(settingsQuery.queryKey, saved.data);
    return saved.data;
  };
  const andTake = (saved: Tagged<Settings> | null) => saved && took(saved);
  return {
    seen,
    allowed,
    clash,
    save: async (body: SettingsPatch) => andTake(await edit.save(body, seen.etag)),
    /** What counts at once: it holds whatever else was saved meanwhile, and hides nothing of that from the forms. */
    turn: async (body: SettingsPatch) => {
      const send = (header: { "If-Match"?: string }) =>
        askWithTag(api.PATCH("/settings", { params: { header }, body }));
      try {
        took(await send(ifMatch(tag.current)));
      } catch (error) {
        if (!(error instanceof ProblemError) || error.status !== 412) throw error;
        const { data } = await send({});
        const turned = Object.keys(body).map((key) => [key, data[key as keyof Settings]]);
        setSeen({ data: { ...seen.data, ...Object.fromEntries(turned) }, etag: seen.etag });
      }
    },
    overwrite: async () => andTake(await edit.overwrite()),
    /** What somebody else saved holds, here too. */
    takeSaved: (): Settings => {
      edit.settle();
      return clash ? took(clash.saved) : seen.data;
    },
    /** Reads again: something outside of these forms has changed. */
    again: async () => took(await readSettings()),
  };
}

export type SettingsEdit = ReturnType<typeof useSettings>;
