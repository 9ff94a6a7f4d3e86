// The address of the page holds the whole state: #{...} for Play, with what differs from the first screen, or
// #/family?... for the others. ?controls= names the groups of controls that are shown; without it all are.
import type { State } from "./protocol";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const isObject = (json: Json | undefined): json is { [name: string]: Json } =>
  typeof json === "object" && json !== null && !Array.isArray(json);

// What of `now` is not in `first`.
export function difference(now: Json, first: Json | undefined): Json | undefined {
  if (!isObject(now) || !isObject(first)) return JSON.stringify(now) === JSON.stringify(first) ? undefined : now;
  const different: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(now)) {
    const part = difference(value, first[name]);
    if (part !== undefined) different[name] = part;
  }
  return Object.keys(different).length > 0 ? different : undefined;
}

// Other data is other as a whole: a set and a table exclude each other.
export function stateAddress(state: State, start: State): string {
  const different = (difference(state as unknown as Json, start as unknown as Json) ?? {}) as { [name: string]: Json };
  if (different.data !== undefined) different.data = state.data as unknown as Json;
  return Object.keys(different).length > 0 ? "#" + encodeURIComponent(JSON.stringify(different)) : "#";
}

export const kLongestAddress = 100_000;

export interface Address { route: string; query: URLSearchParams; state: object }

export function readAddress(hash = location.hash): Address {
  const text = hash.replace(/^#/, "");
  const route = /^\/([a-z]*)(?:\?(.*))?$/.exec(text);
  if (route) return { route: route[1] || "play", query: new URLSearchParams(route[2] ?? ""), state: {} };
  if (text === "") return { route: "play", query: new URLSearchParams(), state: {} };
  try {
    const state = JSON.parse(decodeURIComponent(text)) as unknown;
    if (typeof state === "object" && state !== null) return { route: "play", query: new URLSearchParams(), state };
  } catch {
    // An address that was cut off: the first screen is better than none, and the page says so.
  }
  return { route: "play", query: new URLSearchParams({ broken: "1" }), state: {} };
}

export function writeQuery(route: string, query: Record<string, string>) {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  history.replaceState(null, "", `#/${route}${text === "" ? "" : "?" + text}`);
}

export const groups = ["data", "network", "knobs", "train", "seeds", "share", "weights", "remedies"] as const;
export type Group = (typeof groups)[number];

const wanted = new URLSearchParams(location.search).get("controls");
const shown = wanted === null ? null : new Set(wanted.split(",").map((name) => name.trim()));
export const shows = (group: Group) => shown === null || shown.has(group);
