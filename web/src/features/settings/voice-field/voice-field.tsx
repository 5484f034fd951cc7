import { useMutation, useQuery } from "@tanstack/react-query";
import { Square, Volume2 } from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { api, ask, once } from "@/api/client/client";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { Select } from "@/components/ui/select/select";
import { Failure } from "@/components/ui/states/states";
import { featuresQuery } from "@/features/settings/queries";

const voicesQuery = {
  queryKey: ["voices"],
  queryFn: async () => (await ask(api.GET("/voices"))).data,
  staleTime: 60_000,
};
const mindsQuery = {
  queryKey: ["minds"],
  queryFn: () => ask(api.GET("/minds")),
  staleTime: 60_000,
};

const SAMPLE = 200;
/** Stands for "no wish of its own": a select has no empty value but for what is not chosen yet. */
const OWN = "";
/** Names of voices have no such sign. */
const CUSTOM = "?custom";

interface Props {
  value: string | null;
  change: (name: string | null) => void;
  disabled?: boolean;
  error?: string | undefined;
}

/** A voice of this server, to be listened to before it is taken. */
export function VoiceField({ value, change, disabled = false, error, text }: Props & { text: string }) {
  const voices = useQuery(voicesQuery);
  const cloning =
    useQuery(featuresQuery).data?.some((one) => one.key === "voice_cloning" && one.enabled) ?? false;
  const [typing, setTyping] = useState(false);
  const sound = useRef<HTMLAudioElement | null>(null);
  const [sounds, setSounds] = useState(false);
  const hush = () => {
    stop(sound);
    setSounds(false);
  };
  useEffect(() => () => stop(sound), []);
  const listen = useMutation({
    mutationFn: async () => {
      const wav = await ask(
        api.POST("/voices/preview", {
          params: { header: once() },
          body: { voice: value, text: text.slice(0, SAMPLE) },
          parseAs: "blob",
        }),
      );
      hush();
      sound.current = new Audio(URL.createObjectURL(wav as unknown as Blob));
      sound.current.onended = hush;
      await sound.current.play();
      setSounds(true);
    },
  });
  const known = voices.data ?? [];
  const options = known.map((voice) => ({
    value: voice.name,
    label: voice.confirmed ? voice.name : `${voice.name} (not confirmed)`,
    group: voice.source === "local" ? "This machine" : "Speech server",
  }));
  // A local voice of another server has a colon in its name: it is no custom one.
  const unknown = value !== null && !known.some((voice) => voice.name === value);
  const custom = cloning && (typing || (unknown && voices.isSuccess && !value.includes(":")));
  if (cloning) options.push({ value: CUSTOM, label: "A custom voice, by its id", group: "Yours" });
  if (unknown && !custom) options.unshift({ value, label: `${value} (not on this server)`, group: "Set" });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-end gap-2">
        <Select
          label="Voice"
          className="min-w-0 max-w-sm flex-1 basis-48"
          error={error}
          options={[{ value: OWN, label: "The server's own choice" }, ...options]}
          value={custom ? CUSTOM : (value ?? OWN)}
          onValueChange={(name) => {
            setTyping(name === CUSTOM);
            change(name === CUSTOM ? null : name || null);
          }}
          disabled={disabled}
        />
        {custom && (
          <TextField
            label="Voice id"
            className="min-w-0 max-w-xs flex-1 basis-48"
            autoComplete="off"
            spellCheck={false}
            maxLength={100}
            value={value ?? ""}
            onChange={(event) => {
              setTyping(true);
              change(event.target.value.trim() || null);
            }}
            disabled={disabled}
          />
        )}
        {!disabled && (
          <>
            <Button busy={listen.isPending} onClick={() => listen.mutate()}>
              <Volume2 aria-hidden /> Listen
            </Button>
            {sounds && (
              <Button look="quiet" onClick={hush}>
                <Square aria-hidden /> Stop
              </Button>
            )}
          </>
        )}
      </div>
      {custom && (
        <p className="text-sm text-faint">
          As your speech server knows it, such as the voice id of ElevenLabs. Without one the server chooses.
        </p>
      )}
      {listen.isError && <Failure error={listen.error} what="It could not be spoken" />}
      {voices.isError && <Failure error={voices.error} retry={() => void voices.refetch()} />}
    </div>
  );
}

function stop(sound: RefObject<HTMLAudioElement | null>) {
  if (!sound.current) return;
  sound.current.pause();
  URL.revokeObjectURL(sound.current.src);
  sound.current = null;
}

/** A language model of this server. */
export function ModelField({
  value,
  change,
  disabled = false,
  error,
  label = "AI model",
}: Props & { label?: string }) {
  const chat = useQuery(mindsQuery).data?.chat;
  const options = (chat?.models ?? []).map((model) => ({
    value: model.name,
    label: model.confirmed ? model.name : `${model.name} (not confirmed)`,
  }));
  if (value && !options.some((model) => model.value === value))
    options.unshift({ value, label: `${value} (not on this server)` });
  return (
    <Select
      label={label}
      error={error}
      className="max-w-sm"
      hint={
        chat && !chat.is_language_model
          ? "This server has no language model: the receptionist follows rules, and model and prompt change nothing."
          : "Who thinks. Calls from the next version on have it."
      }
      options={[{ value: OWN, label: chat ? `The server's own choice (${chat.name})` : "…" }, ...options]}
      value={value ?? OWN}
      onValueChange={(name) => change(name || null)}
      disabled={disabled}
    />
  );
}
