// The colours of the style sheet, as the canvases need them.
import { Value } from "./value";

export type Rgb = readonly [number, number, number];
export interface Palette {
  text: Record<string, string>;  // as CSS has them
  rgb: Record<string, Rgb>;
  classes: Rgb[];
  lines: string[];
}

const names = ["paper", "surface", "ink", "soft", "faint", "line", "accent", "good", "bad", "warn"];
const classNames = Array.from({ length: 8 }, (_, i) => `class-${i}`);
const lineNames = Array.from({ length: 8 }, (_, i) => `line-${i}`);

function read(): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const text: Record<string, string> = {}, rgb: Record<string, Rgb> = {};
  for (const name of [...names, ...classNames, ...lineNames]) {
    probe.style.color = `var(--${name})`;
    const value = getComputedStyle(probe).color;
    const parts = (value.match(/[\d.]+/g) ?? ["0", "0", "0"]).map(Number);
    text[name] = value;
    rgb[name] = [parts[0], parts[1], parts[2]];
  }
  probe.remove();
  return { text, rgb, classes: classNames.map((name) => rgb[name]), lines: lineNames.map((name) => text[name]) };
}

export const palette = new Value<Palette | null>(null);
export const colours = (): Palette => {
  let now = palette.get();
  if (!now) palette.set((now = read()));
  return now;
};

export type Theme = "auto" | "light" | "dark";
export const theme = new Value<Theme>("auto");
const kept = "ramp-theme";

export function setTheme(next: Theme) {
  theme.set(next);
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(kept, next);
  } catch {
    // Storage may be forbidden: then the choice lasts until the page is closed.
  }
  palette.set(read());
}

export function beginTheme() {
  let first: string | null = null;
  try {
    first = localStorage.getItem(kept);
  } catch {
    // As above.
  }
  setTheme(first === "light" || first === "dark" ? first : "auto");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => palette.set(read()));
}

export const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, from[2] + (to[2] - from[2]) * share,
];
export const css = (rgb: Rgb, alpha = 1) => `rgb(${rgb.map(Math.round).join(" ")} / ${alpha})`;
