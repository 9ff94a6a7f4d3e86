// The way to the server: small requests, and one stream of events for the whole page.
import type { Job, Play } from "./protocol";
import { Value } from "./value";

export class Refusal extends Error {
  constructor(readonly status: number, sentence: string, readonly field = "", readonly code = "") { super(sentence); }
}

export type Connection = "opening" | "live" | "lost" | "parked" | "refused" | "full";
export const connection = new Value<Connection>("opening");
export const jobs = new Value<ReadonlyMap<string, Job>>(new Map());
export const runsChanged = new Value(0);

export interface Listener {
  hello(playing: boolean): void;
  play(event: Play): void;
}

let page = "";
let stream: EventSource | null = null;
let listener: Listener | null = null;
let retry = 0;

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Refusal(0, "The server does not answer. Is ramp serve still running?");
  }
  const body = (await answer.json().catch(() => null)) as { error?: string; field?: string; code?: string } | null;
  if (answer.ok) return body as T;
  if (answer.status === 403) connection.set("refused");
  throw new Refusal(answer.status, body?.error ?? `The server answered ${answer.status}.`, body?.field, body?.code);
}

export const get = <T>(path: string): Promise<T> => ask<T>(path, { headers: { Accept: "application/json" } });

export const post = <T>(path: string, body: object): Promise<T> =>
  ask<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

// A request that names this page. Where the server has forgotten the page, it is opened anew.
export async function command<T>(path: string, body: object = {}): Promise<T> {
  try {
    return await post<T>(path, { page, ...body });
  } catch (error) {
    if (error instanceof Refusal && error.code === "page") void openPage();
    throw error;
  }
}

async function openPage() {
  closeStream();
  try {
    page = (await post<{ page: string }>("/api/open", {})).page;
    openStream();
  } catch (error) {
    if (error instanceof Refusal && error.status === 503) connection.set("full");
    else if (error instanceof Refusal && error.status === 403) connection.set("refused");
    else again();
  }
}

function again() {
  connection.set("lost");
  clearTimeout(retry);
  retry = window.setTimeout(() => void openPage(), 1000);
}

function closeStream() {
  clearTimeout(retry);
  stream?.close();
  stream = null;
}

function openStream(wake = false) {
  closeStream();
  const opened = new EventSource(`/api/events?page=${encodeURIComponent(page)}${wake ? "&wake=1" : ""}`);
  stream = opened;
  const on = (name: string, take: (data: never) => void) =>
    opened.addEventListener(name, (event) => {
      if (stream === opened) take(JSON.parse((event as MessageEvent<string>).data) as never);
    });
  on("hello", (data: { playing: boolean }) => {
    connection.set("live");
    listener?.hello(data.playing);
  });
  on("play", (data: Play) => listener?.play(data));
  on("job", (data: Job) => jobs.set(new Map(jobs.get()).set(data.job, data)));
  on("runs", () => runsChanged.set(runsChanged.get() + 1));
  on("parked", () => {
    closeStream();
    connection.set("parked");
  });
  opened.onerror = () => {
    if (stream !== opened) return;
    if (connection.get() === "live") connection.set("lost");
    if (opened.readyState === EventSource.CLOSED) void whyClosed();
  };
}

// EventSource does not tell what status ended it.
async function whyClosed() {
  closeStream();
  const stop = new AbortController();
  try {
    const answer = await fetch(`/api/events?page=${encodeURIComponent(page)}`, { signal: stop.signal });
    stop.abort();
    if (answer.status === 204) connection.set("parked");
    else if (answer.status === 403) connection.set("refused");
    else if (answer.status === 404) await openPage();
    else again();
  } catch {
    again();
  }
}

function wake() {
  if (document.hidden) return;
  // The new address may have been opened in another tab since.
  if (connection.get() === "refused") void openPage();
  if (connection.get() !== "parked") return;
  connection.set("opening");
  openStream(true);
}

export function begin(to: Listener): Promise<void> {
  listener = to;
  // A stream takes one of the browser's few connections to the server.
  document.addEventListener("visibilitychange", () => {
    if (connection.get() === "parked" || connection.get() === "refused" || page === "") return;
    if (document.hidden) closeStream();
    else openStream();
  });
  for (const event of ["focus", "pointerdown", "keydown"]) window.addEventListener(event, wake);
  return openPage();
}
