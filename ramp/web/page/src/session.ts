// What is played with: the state, the two runs as the server last told them, and the commands.
import { kLongestAddress, readAddress, stateAddress } from "./address";
import { begin as openLink, command, get, type Listener, post, Refusal } from "./link";
import type {
  Changed, Checked, Curve, Data, Figure, Look, NetworkShape, Picture, Play, Points, RunName, RunNow, Settings, Started, State, Tables,
} from "./protocol";
import { Value } from "./value";

// What the events brought, by column: those of layers are [layer][point]. They grow in place.
type Flat = "epoch" | "train_loss" | "valid_loss" | "test_loss" | "train_score" | "valid_score" | "test_score" | "learning_rate";
type Layered = "gradient_norm" | "open_share" | "dead";
export type Curves = Record<Flat, Figure[]> & Record<Layered, Figure[][]>;
export interface RunView { now: RunNow; shape: NetworkShape | null; picture: Picture | null; curve: Curves; points: number }

export const tables = new Value<Tables | null>(null);
export const state = new Value<State | null>(null);
export const points = new Value<Points | null>(null);
export const play = new Value<Play | null>(null);
export const runs = { a: new Value<RunView | null>(null), b: new Value<RunView | null>(null) };
// What went wrong or was done last, as a sentence; told to screen readers as well.
export interface Notice { text: string; kind: "done" | "wrong"; undo?: number }
export const notice = new Value<Notice | null>(null);
export const addressNote = new Value("");

export function tell(text: string, kind: Notice["kind"] = "done", undo = 0) { notice.set({ text, kind, undo }); }
export function complain(error: unknown) {
  if (error instanceof Refusal) {
    if (error.status !== 403 && error.code !== "page") tell(error.message, "wrong");
  } else {
    throw error;
  }
}

// The examples of every data that this page has started, for undo goes back to data that was there before.
const seen = new Map<string, Points>();
const dataKey = (of: State) => JSON.stringify([of.data, of.seed]);
let wanted: object = {};  // what to start when the server has nothing
let starting = 0;

const flat: readonly Flat[] = ["epoch", "train_loss", "valid_loss", "test_loss", "train_score", "valid_score", "test_score", "learning_rate"];
const layered: readonly Layered[] = ["gradient_norm", "open_share", "dead"];
const empty = (): Curves => ({
  epoch: [], train_loss: [], valid_loss: [], test_loss: [], train_score: [], valid_score: [], test_score: [], learning_rate: [],
  gradient_norm: [], open_share: [], dead: [],
});

function append(curve: Curves, more: Curve) {
  for (const name of flat) {
    curve[name].length = Math.min(curve[name].length, more.first);
    curve[name].push(...more[name]);
  }
  for (const name of layered) {
    const rows = more[name], layers = curve[name];
    while (layers.length < (rows[0]?.length ?? 0)) layers.push([]);
    layers.forEach((column, layer) => {
      column.length = Math.min(column.length, more.first);
      for (const row of rows) column.push(row[layer] ?? null);
    });
  }
}

function take(name: RunName, now: RunNow | null, fresh: boolean) {
  if (now === null) {
    runs[name].set(null);
    return;
  }
  const old = runs[name].get();
  const curve = fresh || old === null ? empty() : old.curve;
  append(curve, now.curve);
  const shape = now.shape ?? old?.shape ?? null;
  const picture = now.picture ?? (now.shape ? null : old?.picture ?? null);
  runs[name].set({ now, shape, picture, curve, points: curve.epoch.length });
}

function keep(next: State) {
  state.set(next);
  wanted = next;
  const known = seen.get(dataKey(next));
  if (known) points.set(known);
  writeAddress();
}

export function writeAddress() {
  const now = state.get(), all = tables.get();
  if (!now || !all || readAddress().route !== "play") return;
  const address = stateAddress(now, all.start);
  const fits = address.length < kLongestAddress;
  addressNote.set(fits ? "" : "The points are too many for an address: it holds everything but them.");
  const text = fits ? address : stateAddress({ ...now, data: all.start.data }, all.start);
  if (text !== (location.hash || "#")) history.replaceState(null, "", text === "#" ? location.pathname + location.search : text);
}

const listener: Listener = {
  hello(playing) {
    if (!playing) void start(wanted).catch(complain);
  },
  play(event) {
    const fresh = event.start !== play.get()?.start;
    take("a", event.a, fresh);
    take("b", event.b, fresh);
    play.set(event);
    if (event.state) keep(event.state);
  },
};

export async function begin() {
  tables.set(await get<Tables>("/api/tables"));
  const address = readAddress();
  wanted = address.state;
  if (address.query.has("broken")) tell("The address was cut off: this is the first screen.", "wrong");
  await openLink(listener);
}

// Starts both runs from the beginning.
export async function start(next: object, train = true): Promise<void> {
  const mine = ++starting;
  let started: Started;
  try {
    started = await command<Started>("/api/play/start", { state: next, train });
  } catch (error) {
    // An address that means nothing: the first screen, and the reason.
    if (error instanceof Refusal && error.status === 400 && state.get() === null && Object.keys(next).length > 0) {
      tell(`The address cannot be used: ${error.message}`, "wrong");
      wanted = {};
      return start({});
    }
    throw error;
  }
  if (mine !== starting) return;
  seen.set(dataKey(started.state), started.points);
  keep(started.state);
  points.set(started.points);
  for (const name of ["a", "b"] as const) {
    const view = runs[name].get(), shape = started[name];
    if (view && shape) runs[name].set({ ...view, shape });
    if (!shape) runs[name].set(null);
  }
}

// The state with a part of it replaced, from the beginning.
export const restart = (part: Partial<State>) => start({ ...state.get()!, ...part }, true).catch(complain);
export const useData = (data: Data) => restart({ data, look: { ...state.get()!.look, axes: [0, 1], kinks: [] } });

export async function change(run: RunName, settings: Partial<Settings>): Promise<boolean> {
  try {
    const changed = await command<Changed>("/api/play/change", { run, settings });
    keep(changed.state);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

// What is dead or broken often stays so: `anew` trains from the beginning with the remedy.
export async function remedy(run: RunName, name: string, anew: boolean) {
  try {
    const before = JSON.stringify(state.get()![run]);
    const changed = await command<Changed>("/api/play/remedy", { run, remedy: name });
    keep(changed.state);
    // A treatment heals the training that runs: from the beginning nothing would be left of it.
    const again = anew && !changed.restarted && JSON.stringify(changed.state[run]) !== before;
    if (again) await start(changed.state);
    tell(`Done: ${changed.done ?? name}${again || changed.restarted ? ", from the beginning" : ""}.`, "done", again ? 2 : 1);
  } catch (error) {
    complain(error);
  }
}

export async function look(part: Partial<Look>) {
  const now = state.get();
  if (!now) return;
  keep({ ...now, look: { ...now.look, ...part } });
  try {
    const answer = await command<{ look: Look }>("/api/play/look", { look: part });
    keep({ ...state.get()!, look: answer.look });
  } catch (error) {
    complain(error);
  }
}

export const train = () => command("/api/play/train").catch(complain);
export const pause = () => command("/api/play/pause").catch(complain);
export const step = (of: { steps?: number; epochs?: number }) => command("/api/play/step", of).catch(complain);
export const reset = () => command("/api/play/reset").catch(complain);
export async function undo(times = 1) {
  try {
    for (let time = 0; time < times; time++) keep((await command<{ state: State }>("/api/play/undo")).state);
    tell("Undone.");
  } catch (error) {
    complain(error);
  }
}
export async function pace(epochs: number) {
  const now = state.get();
  if (!now) return;
  keep({ ...now, pace: epochs });
  await command("/api/play/train", { pace: epochs }).catch(complain);
}
export const setWeight = (run: RunName, layer: number, unit: number, input: number, value: number) =>
  command("/api/play/weight", { run, layer, unit, input, value }).catch(complain);
export const check = (next: object) => post<Checked>("/api/check", { state: next });
