import { useQuery } from "@tanstack/react-query";
import { Pause, Play, SkipBack, SkipForward, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "@/components/ui/button/button";
import { Failure, Skeleton } from "@/components/ui/states/states";
import { Explain } from "@/components/ui/tooltip/tooltip";
import { type Player, usePlaying } from "@/features/calls/player/player";
import { peaksQuery, type Recording, type Turn } from "@/features/calls/queries";
import { neighbours, silences } from "@/features/calls/said";
import { Place, Waveform } from "@/features/calls/waveform/waveform";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const STEP_MS = 5000;

interface Props {
  callId: string;
  recording: Recording;
  player: Player;
  turns: Turn[];
  /** More of it, such as which recording is played. */
  children?: ReactNode;
}

/** The sound of a call, at the bottom of its page for as long as one reads. */
export function PlayerBar({ callId, recording, player, turns, children }: Props) {
  const peaks = useQuery(peaksQuery(callId, recording.id));
  const playing = usePlaying(player);
  const [speed, setSpeed] = useState(1);
  const [skips, setSkips] = useState(false);
  useEffect(() => {
    player.sound.playbackRate = speed;
    player.sound.defaultPlaybackRate = speed;
  }, [player, speed]);
  useEffect(() => {
    player.quiet = skips && peaks.data ? silences(peaks.data, player.offset) : [];
  }, [player, skips, peaks.data]);
  const back = () => player.seek(player.ms - STEP_MS);
  const forth = () => player.seek(player.ms + STEP_MS);
  const turnBefore = () => player.seek(neighbours(turns, player.ms).before);
  const turnBehind = () => player.seek(neighbours(turns, player.ms).behind ?? player.end);
  useKeysOfPlayer({
    " ": player.toggle,
    ArrowLeft: back,
    ArrowRight: forth,
    "[": turnBefore,
    "]": turnBehind,
  });
  return (
    <section
      aria-label="Recording"
      data-player
      className="sticky bottom-3 z-10 mt-5 rounded-xl border border-line bg-panel p-3 shadow-lg sm:p-4 [@media(max-height:34rem)]:static print:hidden"
    >
      {peaks.isError ? (
        <Failure
          error={peaks.error}
          what="The recording cannot be shown"
          retry={() => void peaks.refetch()}
        />
      ) : peaks.data ? (
        <Waveform peaks={peaks.data} player={player} />
      ) : (
        <Skeleton className="h-14 sm:h-20" />
      )}
      <div className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1">
        <Button look="quiet" size="icon" aria-label="Turn before" aria-keyshortcuts="[" onClick={turnBefore}>
          <SkipBack aria-hidden />
        </Button>
        <Button look="quiet" size="icon" aria-label="Back 5 seconds" onClick={back}>
          <Undo2 aria-hidden />
        </Button>
        <Button
          look="main"
          size="icon"
          aria-label={playing ? "Pause" : "Play"}
          aria-keyshortcuts="Space"
          onClick={player.toggle}
        >
          {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
        <Button look="quiet" size="icon" aria-label="Forward 5 seconds" onClick={forth}>
          <Undo2 className="-scale-x-100" aria-hidden />
        </Button>
        <Button look="quiet" size="icon" aria-label="Next turn" aria-keyshortcuts="]" onClick={turnBehind}>
          <SkipForward aria-hidden />
        </Button>
        <Place player={player} />
        <span className="flex-1" />
        {children}
        <label className="inline-flex min-h-9 items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={skips}
            onChange={(event) => setSkips(event.target.checked)}
          />
          Skip silence
        </label>
        <label className="inline-flex items-center gap-2 text-sm">
          Speed
          <select
            className="h-9 rounded-lg border border-edge bg-panel px-2"
            value={speed}
            onChange={(event) => setSpeed(Number(event.target.value))}
          >
            {SPEEDS.map((one) => (
              <option key={one} value={one}>
                {one}×
              </option>
            ))}
          </select>
        </label>
        <Explain about="keys of the player">
          Space plays and pauses. ← and → go 5 seconds, [ and ] go to the turn before and the next turn.
        </Explain>
      </div>
    </section>
  );
}

/** Keys of the page. Whatever has the focus and needs the key itself, keeps it. */
function useKeysOfPlayer(keys: Record<string, () => void>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const act = keys[event.key];
      if (!act || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const on = event.target instanceof Element ? event.target : null;
      if (on?.closest("input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog]"))
        return;
      if (document.querySelector("[role=dialog], [role=alertdialog]")) return;
      const itsOwn = event.key === " " ? "button, a, summary, [role=tab]" : "[role=tab], [role=menu]";
      if (on?.closest(itsOwn)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}
