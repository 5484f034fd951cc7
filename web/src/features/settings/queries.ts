import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Settings = components["schemas"]["SettingsView"];
export type SettingsPatch = components["schemas"]["SettingsInputPatch"];
export type Feature = components["schemas"]["FeatureView"];

export const readSettings = () => askWithTag(api.GET("/settings"));

/** The settings with their tag, for who edits them. */
export const settingsEditQuery = queryOptions({
  queryKey: ["settings", "edit"],
  queryFn: readSettings,
  // What is being edited is not taken away by a newer reading.
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});

export const featuresQuery = queryOptions({
  queryKey: ["features"],
  queryFn: async () => (await ask(api.GET("/features"))).data,
});
