// Points that a person draws on the plane. They are sent as a table, a moment after the last of them.
import { f32 } from "./bytes";
import type { Points } from "./protocol";
import { points, useData } from "./session";
import { Value } from "./value";

export interface Drawn { inputs: [string, string]; labels: string[]; chosen: number; rows: { x: number; y: number; label: number }[]; base: Points }

export const drawn = new Value<Drawn | null>(null);
const kMostToDraw = 2000;
let later = 0;

export function beginDrawing(): boolean {
  const now = points.get();
  if (!now || now.inputs.length !== 2 || now.task !== "classification" || now.rows > kMostToDraw) return false;
  const x = f32(now.x), y = f32(now.y);
  const rows = Array.from(y, (label, row) => ({ x: x[2 * row], y: x[2 * row + 1], label }));
  drawn.set({ inputs: [now.inputs[0], now.inputs[1]], labels: [...now.labels], chosen: 0, rows, base: now });
  return true;
}

export const endDrawing = () => drawn.set(null);

function changed(next: Drawn) {
  drawn.set(next);
  clearTimeout(later);
  // Two of each class at least, or there is nothing to train and to validate with.
  const enough = next.labels.filter((_, label) => next.rows.filter((row) => row.label === label).length >= 2).length >= 2;
  if (enough) later = window.setTimeout(() => void useData({ csv: tableOf(next), name: "points.csv" }), 500);
}

export function addPoint(x: number, y: number) {
  const now = drawn.get();
  if (now && now.rows.length < kMostToDraw) changed({ ...now, rows: [...now.rows, { x, y, label: now.chosen }] });
}
export function removeLastPoint() {
  const now = drawn.get();
  if (now && now.rows.length > 0) changed({ ...now, rows: now.rows.slice(0, -1) });
}
export function clearPoints() {
  const now = drawn.get();
  if (now) changed({ ...now, rows: [] });
}
export function choose(label: number) {
  const now = drawn.get();
  if (now) drawn.set({ ...now, chosen: label });
}
export function addClass() {
  const now = drawn.get();
  if (!now || now.labels.length >= 8) return;
  let number = now.labels.length;
  while (now.labels.includes(String(number))) number++;
  drawn.set({ ...now, labels: [...now.labels, String(number)], chosen: now.labels.length });
}

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

function tableOf({ inputs, labels, rows }: Drawn): string {
  const lines = rows.map(({ x, y, label }) => `${+x.toPrecision(5)},${+y.toPrecision(5)},${cell(labels[label])}`);
  return [`${cell(inputs[0])},${cell(inputs[1])},class`, ...lines].join("\n") + "\n";
}

function base64(values: Float32Array | Uint8Array): string {
  let text = "";
  for (const byte of new Uint8Array(values.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

let last: [Drawn, Points] | null = null;

// As if the server had told them, all of them for training.
export function drawnPoints(now: Drawn): Points {
  if (last?.[0].rows === now.rows) return last[1];
  const x = new Float32Array(now.rows.flatMap((row) => [row.x, row.y])), y = new Float32Array(now.rows.map((row) => row.label));
  const made = { ...now.base, labels: now.labels, rows: now.rows.length, x: base64(x), y: base64(y), part: base64(new Uint8Array(now.rows.length)) };
  last = [now, made];
  return made;
}
