// Numbers as people read them.
import type { Figure } from "./protocol";

export const unknown = "\u2013";

// By digits behind the point. To make one takes a hundred times as long as to use it, and an event shows dozens of numbers.
const formats = Array.from({ length: 7 }, (_, digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits, minimumFractionDigits: Math.min(digits, 2) }));

// Three digits that count.
export function short(value: Figure | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return whole(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace("e+", "e").replace("-", "\u2212").replace("e-", "e\u2212");
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return minus(formats[Math.min(digits, 6)].format(value));
}
// As many digits as make the number.
export const exact = (value: Figure | undefined) => (value === null || value === undefined ? unknown : minus(String(value)));
export const whole = (value: Figure | undefined) => (value === null || value === undefined ? unknown : minus(formats[0].format(Math.round(value))));
export const percent = (value: Figure | undefined, digits = 0) =>
  value === null || value === undefined ? unknown : `${minus((100 * value).toFixed(digits))}\u00a0%`;
const minus = (text: string) => text.replace(/^-/, "\u2212");

export function duration(seconds: Figure | undefined): string {
  if (seconds === null || seconds === undefined) return unknown;
  if (seconds < 1e-3) return `${short(seconds * 1e6)}\u00a0\u00b5s`;
  if (seconds < 1) return `${short(seconds * 1e3)}\u00a0ms`;
  if (seconds < 90) return `${short(seconds)}\u00a0s`;
  return `${whole(seconds / 60)}\u00a0min`;
}
export const score = (value: Figure | undefined, name: string) => (name === "accuracy" ? percent(value, 1) : short(value));
export const scoreName = (name: string) => (name === "R2" ? "R\u00b2" : "Accuracy");
export const count = (number: number, one: string, more = one + "s") => `${whole(number)} ${number === 1 ? one : more}`;
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
