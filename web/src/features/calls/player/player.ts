/**
 * A recording that is played, on the clock of the call: the milliseconds that turns and words are stored in.
 * It is a store of its own, because its place changes with each frame of the screen and pages must not.
 */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { Turn } from "@/features/calls/queries";
import { type Active, activeAt } from "@/features/calls/said";

export interface Span {
  from: number;
  to: number;
}

type Told = () => void;

export class Player {
  readonly sound: HTMLAudioElement;
  /** Quiet stretches that are jumped over; none while that is not wished. */
  quiet: readonly Span[] = [];
  private readonly moved = new Set<Told>();
  private readonly changed = new Set<Told>();
  private frame = 0;

  /** `offset`: where on the call's clock the sound begins. */
  constructor(
    readonly offset: number,
    private readonly length: number,
    sound = new Audio(),
  ) {
    this.sound = sound;
    sound.preload = "metadata";
    for (const name of ["play", "pause", "ended", "ratechange", "error", "canplay"]) {
      sound.addEventListener(name, this.change);
    }
    sound.addEventListener("seeked", this.move);
    sound.addEventListener("timeupdate", this.move);
  }

  get ms(): number {
    return this.sound.currentTime * 1000 + this.offset;
  }

  get end(): number {
    return this.length + this.offset;
  }

  get playing(): boolean {
    return !this.sound.paused && !this.sound.ended;
  }

  readonly seek = (ms: number): void => {
    const to = Math.min(Math.max(ms, this.offset), this.end);
    this.sound.currentTime = (to - this.offset) / 1000;
    this.move();
  };

  readonly toggle = (): void => {
    if (this.playing) this.sound.pause();
    // A play that is taken back by a pause is refused; the element tells what else is wrong by `error`.
    else void this.sound.play().catch(() => undefined);
  };

  /** With each frame while it plays, and whenever it is moved. */
  readonly onMove = (told: Told) => {
    this.moved.add(told);
    return () => {
      this.moved.delete(told);
    };
  };

  /** When it starts, stops, fails or goes at another speed. */
  readonly onChange = (told: Told) => {
    this.changed.add(told);
    return () => {
      this.changed.delete(told);
    };
  };

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.sound.pause();
    this.sound.removeAttribute("src");
    this.sound.load();
  }

  private readonly change = (): void => {
    cancelAnimationFrame(this.frame);
    if (this.playing) this.frame = requestAnimationFrame(this.tick);
    for (const told of this.changed) told();
  };

  private readonly move = (): void => {
    for (const told of this.moved) told();
  };

  private readonly tick = (): void => {
    const at = this.ms;
    const quiet = this.quiet.find((span) => at >= span.from && at < span.to);
    if (quiet) this.seek(quiet.to);
    this.move();
    this.frame = requestAnimationFrame(this.tick);
  };
}

export const PlayerContext = createContext<Player | null>(null);
export const usePlayer = (): Player | null => useContext(PlayerContext);

const never = () => () => {};

export function usePlaying(player: Player | null): boolean {
  return useSyncExternalStore(player?.onChange ?? never, () => player?.playing ?? false);
}

/** What is heard at this moment. The page is told when it is another word, not with each frame. */
export function useActive(player: Player | null, turns: readonly Turn[]): Active | null {
  const [active, setActive] = useState<Active | null>(null);
  useEffect(() => {
    if (!player) return;
    const look = () =>
      setActive((old) => {
        const now = activeAt(turns, player.ms);
        return old?.seq === now?.seq && old?.word === now?.word ? old : now;
      });
    look();
    return player.onMove(look);
  }, [player, turns]);
  return player ? active : null;
}
