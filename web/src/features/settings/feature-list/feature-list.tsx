import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Card } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { Switch } from "@/components/ui/switch/switch";
import { toast } from "@/components/ui/toast/toast";
import { Explain } from "@/components/ui/tooltip/tooltip";
import { type Feature, featuresQuery } from "@/features/settings/queries";

/** What a feature is called for people. One that has no name here shows its key. */
const WORDS: Record<string, { label: string; about: string }> = {
  voice_cloning: { label: "AI Voice Cloning", about: "Use ElevenLabs for custom voice" },
  advanced_analytics: { label: "Advanced Analytics", about: "Sentiment analysis & call insights" },
  white_label: { label: "Own branding", about: "Your logo in place of the platform's" },
};

/** Who decided, and what that means for the reader. */
const REASONS: Record<string, string> = {
  platform_kill: "Switched off for everybody by the platform. Your choice counts again when it is back.",
  plan: "Your plan does not include it. Ask the platform about another plan.",
  tenant: "Your own choice.",
  default: "As it is for everybody who has not chosen.",
};

const mayTurn = (feature: Feature) => feature.reason === "tenant" || feature.reason === "default";

export function FeatureList({ allowed }: { allowed: boolean }) {
  const client = useQueryClient();
  const list = useQuery(featuresQuery);
  const put = (key: string, enabled: boolean) =>
    client.setQueryData(featuresQuery.queryKey, (old) =>
      old?.map((f) => (f.key === key ? { ...f, enabled } : f)),
    );
  const turn = useMutation({
    mutationFn: ({ feature, enabled }: { feature: Feature; enabled: boolean }) =>
      ask(
        api.PATCH("/features/{key}", {
          params: { path: { key: feature.key }, header: {} },
          body: { enabled },
        }),
      ),
    onMutate: ({ feature, enabled }) => put(feature.key, enabled),
    onSuccess: (now, { feature, enabled }) => {
      client.setQueryData(featuresQuery.queryKey, (old) => old?.map((f) => (f.key === now.key ? now : f)));
      const label = WORDS[feature.key]?.label ?? feature.key;
      toast({
        text: `${label} is ${now.enabled ? "on" : "off"}`,
        ...(now.enabled === enabled ? { undo: () => turn.mutate({ feature: now, enabled: !enabled }) } : {}),
      });
    },
    onError: (error, { feature }) => {
      put(feature.key, feature.enabled);
      toast({ text: `That was not changed. ${explain(error)}`, tone: "bad" });
    },
  });
  return (
    <Card title="Beta features">
      {list.isPending ? (
        <Waiting rows={3} what="Loading features" />
      ) : list.isError ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Empty icon={FlaskConical} title="No features to try">
          What is new is offered here first.
        </Empty>
      ) : (
        <ul className="flex flex-col gap-5">
          {list.data.map((feature) => (
            <li key={feature.key}>
              <FeatureSwitch
                feature={feature}
                disabled={!allowed || !mayTurn(feature)}
                turn={(enabled) => turn.mutate({ feature, enabled })}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function FeatureSwitch({
  feature,
  disabled,
  turn,
}: {
  feature: Feature;
  disabled: boolean;
  turn: (on: boolean) => void;
}) {
  const { label, about } = WORDS[feature.key] ?? { label: feature.key, about: feature.description };
  const reason = REASONS[feature.reason] ?? "";
  return (
    <Switch
      label={
        <>
          {label} <span className="font-normal">— {about}</span>
        </>
      }
      description={mayTurn(feature) ? feature.description : `${feature.description} ${reason}`}
      extra={
        <>
          <Badge tone="accent">Beta</Badge>
          <Explain about={label}>{reason}</Explain>
        </>
      }
      checked={feature.enabled}
      disabled={disabled}
      onCheckedChange={turn}
    />
  );
}
