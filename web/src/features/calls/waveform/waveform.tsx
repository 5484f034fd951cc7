import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import type { Player } from "@/features/calls/player/player";
import { clock, spoken } from "@/lib/numbers/numbers";

export interface Peaks {
  duration_ms: number;
  /** For each side the lowest and the highest of each point, in turn, from -128 to 127. */
  channels: number[][];
}

const SIDES = ["Caller", "Agent"];
const STEP_MS = 5000;
const LEAP_MS = 30_000;

/** Draws both sides, one above the other, as wide as the canvas is. */
export function draw(canvas: HTMLCanvasElement, { channels }: Peaks, colours: readonly string[]): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  pen.scale(scale, scale);
  const lane = height / Math.max(1, channels.length);
  channels.forEach((side, n) => {
    const middle = lane * (n + 0.5);
    const points = side.length / 2;
    pen.fillStyle = colours[n % colours.length] ?? "currentColor";
    for (let x = 0; x < width; x += 3) {
      const first = Math.floor((x / width) * points);
      const last = Math.max(first + 1, Math.floor(((x + 3) / width) * points));
      let low = 0;
      let high = 0;
      for (let i = first; i < last && i < points; i += 1) {
        low = Math.min(low, side[2 * i] ?? 0);
        high = Math.max(high, side[2 * i + 1] ?? 0);
      }
      const top = (high / 128) * (lane / 2 - 2);
      const bottom = (-low / 128) * (lane / 2 - 2);
      pen.fillRect(x, middle - Math.max(top, 0.5), 2, Math.max(top + bottom, 1));
    }
  });
}

interface Props {
  peaks: Peaks;
  player: Player;
}

/** The sound as it looks, caller above agent: what was played is in colour. A slider for keys and ears. */
export function Waveform({ peaks, player }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const rest = useRef<HTMLCanvasElement>(null);
  const played = useRef<HTMLCanvasElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const length = Math.max(1, player.end - player.offset);

  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const paint = () => {
      const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name);
      if (rest.current) draw(rest.current, peaks, [colour("--edge")]);
      if (played.current) draw(played.current, peaks, [colour("--warn"), colour("--accent")]);
    };
    paint();
    const size = new ResizeObserver(paint);
    size.observe(box);
    const theme = new MutationObserver(paint);
    theme.observe(document.documentElement, { attributeFilter: ["class"] });
    return () => {
      size.disconnect();
      theme.disconnect();
    };
  }, [peaks]);

  useEffect(() => {
    let told = -1;
    const place = () => {
      const part = Math.min(1, Math.max(0, (player.ms - player.offset) / length));
      if (played.current) played.current.style.clipPath = `inset(0 ${(1 - part) * 100}% 0 0)`;
      if (line.current) line.current.style.left = `${part * 100}%`;
      const s = Math.round((player.ms - player.offset) / 1000);
      if (s === told || !frame.current) return;
      told = s;
      frame.current.setAttribute("aria-valuenow", String(s));
      frame.current.setAttribute("aria-valuetext", said(player, length));
    };
    place();
    return player.onMove(place);
  }, [player, length]);

  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    player.seek(player.offset + ((event.clientX - box.left) / Math.max(1, box.width)) * length);
  };
  const keys = (event: KeyboardEvent) => {
    const to: Record<string, number> = {
      ArrowLeft: player.ms - STEP_MS,
      ArrowDown: player.ms - STEP_MS,
      ArrowRight: player.ms + STEP_MS,
      ArrowUp: player.ms + STEP_MS,
      PageDown: player.ms - LEAP_MS,
      PageUp: player.ms + LEAP_MS,
      Home: player.offset,
      End: player.end,
    };
    const ms = to[event.key];
    if (ms === undefined) return;
    event.preventDefault();
    player.seek(ms);
  };
  return (
    <div className="flex gap-2">
      <div className="flex w-12 shrink-0 flex-col justify-around text-sm text-faint" aria-hidden>
        {peaks.channels.map((_, n) => (
          <span key={SIDES[n]}>{peaks.channels.length === 2 ? SIDES[n] : "Sound"}</span>
        ))}
      </div>
      <div
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label="Place in the recording"
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1000)}
        aria-valuenow={0}
        aria-valuetext={said(player, length)}
        className="relative h-14 min-w-0 sm:h-20 flex-1 cursor-pointer touch-pan-y rounded-md bg-page"
        onKeyDown={keys}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture?.(event.pointerId);
          at(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && at(event)}
      >
        <canvas ref={rest} className="absolute inset-0 size-full" />
        <canvas ref={played} className="absolute inset-0 size-full" />
        <div ref={line} className="pointer-events-none absolute inset-y-0 w-0.5 bg-ink" />
      </div>
    </div>
  );
}

/** "1 min 20 s of 4 min" */
function said(player: Player, length: number): string {
  return `${spoken(player.ms - player.offset)} of ${spoken(length)}`;
}

/** "1:20 / 4:00", with each second. */
export function Place({ player }: { player: Player }) {
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = () => {
      if (!text.current) return;
      const now = `${clock(player.ms - player.offset)} / ${clock(player.end - player.offset)}`;
      if (text.current.textContent !== now) text.current.textContent = now;
    };
    show();
    return player.onMove(show);
  }, [player]);
  return <span ref={text} className="text-sm tabular-nums" aria-hidden />;
}
