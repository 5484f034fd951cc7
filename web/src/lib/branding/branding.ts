/** A tenant's own logo and colour. Its branding is an object of its own: only what is sound is taken out of it. */
import { useEffect } from "react";

const field = (branding: unknown, name: string): string | null => {
  const value =
    branding && typeof branding === "object" ? (branding as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? value : null;
};

/** The picture that was uploaded, or one at an https address. */
export function logoOf(branding: unknown): string | null {
  const url = field(branding, "logo_url");
  return url && (url.startsWith("https://") || uploaded(url)) ? url : null;
}

export const uploaded = (url: string): boolean => /^\/api\/v1\/branding\/logo\/[0-9a-f]{64}$/.test(url);

/** What the server would say of a picture, before it is sent. */
export const tooLarge = (picture: Blob): string | undefined =>
  picture.size > 512 * 1024 ? "A logo has at most 512 KiB. Make it smaller." : undefined;

/** A request with a picture as its body. */
export async function carrying(picture: Blob) {
  const bytes = await picture.arrayBuffer();
  return {
    body: bytes as never,
    bodySerializer: (body: unknown) => body as ArrayBuffer,
    headers: { "Content-Type": picture.type },
  };
}

export function accentOf(branding: unknown): string | null {
  const colour = field(branding, "accent_color");
  return colour && /^#[0-9a-f]{6}$/i.test(colour) ? colour.toLowerCase() : null;
}

type Colour = readonly [number, number, number];

const parse = (hex: string): Colour =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as never;
const written = (colour: Colour) =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
const mix = (from: Colour, to: Colour, share: number): Colour =>
  from.map((part, n) => part + ((to[n] as number) - part) * share) as never;

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as never as Colour;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(parse(one)), luminance(parse(other))].toSorted((a, b) => a - b);
  return ((high as number) + 0.05) / ((low as number) + 0.05);
}

/** What styles.css has: where the colour stands on, what is written on its soft shade, what it moves to. */
const THEMES = {
  light: { page: "#f7f8f8", panel: "#ffffff", faint: "#566463", on: "#ffffff", to: "#000000", soft: 0.12 },
  dark: { page: "#0d1413", panel: "#141d1c", faint: "#9fb0ae", on: "#06201d", to: "#ffffff", soft: 0.14 },
} as const;

/** The colour as near as it can be read: 4.5 to 1 wherever it is text or text stands on it (WCAG 2.2, 1.4.3). */
export function shades(hex: string, theme: keyof typeof THEMES): { accent: string; soft: string } {
  const { page, panel, faint, on, to, soft: share } = THEMES[theme];
  let tried = { accent: hex, soft: panel as string };
  for (let moved = 0; moved <= 1.0001; moved += 0.05) {
    const accent = mix(parse(hex), parse(to), Math.min(moved, 1));
    tried = { accent: written(accent), soft: written(mix(parse(panel), accent, share)) };
    const pairs: [string, string][] = [
      [tried.accent, page],
      [tried.accent, panel],
      [tried.accent, tried.soft],
      [tried.accent, on],
      [faint, tried.soft],
    ];
    if (pairs.every(([one, other]) => contrast(one, other) >= 4.5)) return tried;
  }
  return tried;
}

/** Paints the page in the tenant's colour for as long as it is shown. */
export function useAccent(branding: unknown): void {
  const colour = accentOf(branding);
  useEffect(() => {
    if (!colour) return;
    const root = document.documentElement.style;
    const names = (["light", "dark"] as const).flatMap((theme) => {
      const { accent, soft } = shades(colour, theme);
      return [
        [`--own-accent-${theme}`, accent],
        [`--own-soft-${theme}`, soft],
      ] as [string, string][];
    });
    for (const [name, value] of names) root.setProperty(name, value);
    return () => {
      for (const [name] of names) root.removeProperty(name);
    };
  }, [colour]);
}
