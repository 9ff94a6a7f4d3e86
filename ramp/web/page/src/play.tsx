// The first screen: a network that trains, what goes wrong in it, and what heals it.
import { useEffect, useState } from "preact/hooks";
import { type Group, groups, shows } from "./address";
import { DataPanel } from "./data_panel";
import type { View } from "./drawing";
import { Choice, CopyLine, Select } from "./fields";
import { Diagnosis, FindingList } from "./findings";
import { duration, score, scoreName, short, unknown, whole } from "./format";
import { Knobs } from "./knobs";
import { Network, type Chosen } from "./network";
import { NetworkEditor } from "./network_editor";
import { Plane } from "./plane";
import { PlayCharts } from "./play_charts";
import type { RunName, State } from "./protocol";
import { addressNote, look, pace, pause, play, points, reset, restart, runs, type RunView, state as stateValue, step, train, undo } from "./session";
import { Seeds } from "./seeds";
import { UnitPanel } from "./unit_panel";
import { useValue } from "./value";

const paces = [
  { value: "0", text: "full speed" }, { value: "100", text: "100 epochs/s" }, { value: "30", text: "30 epochs/s" },
  { value: "10", text: "10 epochs/s" }, { value: "3", text: "3 epochs/s" }, { value: "1", text: "1 epoch/s" },
];

export function PlayRoute() {
  const state = useValue(stateValue), examples = useValue(points);
  const [view, setView] = useState<View>("decision");
  const [held, setHeld] = useState(false);
  const [chosen, setChosen] = useState<{ run: RunName; unit: Chosen }>({ run: "a", unit: null });
  const [edited, setEdited] = useState<RunName>("a");
  const hasA = useValue(runs.a, 1000) !== null, hasB = useValue(runs.b, 1000) !== null;
  const two = Boolean(state?.b);
  const editing = two ? edited : "a";

  if (!state) return <p class="waiting" role="status">The training begins {"\u2026"}</p>;
  const choose = (run: RunName) => (unit: Chosen) => {
    setChosen({ run, unit });
    const kept = state.look.kinks.filter(([, number]) => number === -1);
    void look({ kinks: unit ? [...kept, unit] : kept });
  };
  const names: RunName[] = two ? ["a", "b"] : ["a"];
  const inputs = examples?.inputs ?? ["x1", "x2"];
  return (
    <div class={two ? "play two" : "play"}>
      <h1 class="unseen">Play</h1>
      <Transport state={state} />
      <div class="diagnoses">
        {hasA && <RunDiagnosis run="a" title={two ? "Run A" : ""} />}
        {two && hasB && <RunDiagnosis run="b" title="Run B" />}
      </div>
      <div class="workbench">
        {(shows("data") || shows("network") || shows("knobs")) && (
          <div class="settings">
            {shows("data") && <DataPanel state={state} points={examples} held={held} setHeld={setHeld} />}
            {two && <Choice label="Settings of" value={editing} options={[{ value: "a", text: "Run A" }, { value: "b", text: "Run B" }]} set={setEdited} />}
            {shows("network") && <NetworkEditor key={`n${editing}`} name={editing} state={state} />}
            {shows("knobs") && <Knobs key={`k${editing}`} name={editing} state={state} />}
          </div>
        )}
        <div class="middle">
          <div class="stage">
            <div class="row view-row">
              <Choice label="The plane shows" value={view} options={[{ value: "decision", text: "answers" }, { value: "regions", text: "regions by gates" }]} set={setView} hidden />
              <KinkChoice state={state} />
            </div>
            {names.map((name) => (
              <div key={name} class="run">
                <div class="network-side">
                  {two && <h2>Run {name.toUpperCase()}</h2>}
                  <Network name={name} run={runs[name]} inputs={inputs} outputs={examples?.labels.length ? examples.labels : [examples?.target ?? "y"]} chosen={chosen.run === name ? chosen.unit : null} choose={choose(name)} />
                  {chosen.run === name && chosen.unit
                    ? <UnitPanel name={name} run={runs[name]} inputs={inputs} chosen={chosen.unit} choose={choose(name)} />
                    : name === "a" && <FateKey />}
                </div>
                <Plane
                  name={name} title={two ? `Answers of run ${name.toUpperCase()}` : view === "regions" ? "Regions" : "What it answers"} run={runs[name]} points={examples} axes={state.look.axes} view={view} held={held}
                  chosen={chosen.run === name ? chosen.unit : null} draws={name === "a"}
                />
              </div>
            ))}
          </div>
          <PlayCharts />
        </div>
      </div>
      {shows("seeds") && <Seeds />}
      <div class={two ? "side-by-side" : undefined}>
        {names.map((name) => <Found key={name} name={name} two={two} />)}
      </div>
      {shows("share") && <Share state={state} />}
    </div>
  );
}

function RunDiagnosis({ run, title }: { run: RunName; title: string }) {
  const view = useValue(runs[run], 150);
  return view && <Diagnosis run={run} view={view} title={title} />;
}

function Found({ name, two }: { name: RunName; two: boolean }) {
  const view = useValue(runs[name], 250);
  if (!view) return null;
  return (
    <section class="card found" aria-label={`Findings${two ? ` of run ${name.toUpperCase()}` : ""}`}>
      <h2>What the health monitors found{two ? ` in run ${name.toUpperCase()}` : ""}</h2>
      <FindingList run={name} view={view} />
      <CommandOf view={view} />
    </section>
  );
}

function CommandOf({ view }: { view: RunView }) {
  const { command } = view.now;
  return (
    <div class="command">
      <h3>The same in a terminal</h3>
      <CopyLine text={command.text} label="Command" />
      <p class="soft small-text">{command.exact ? "\u2713 It gives the numbers on this screen." : "\u2139 It gives other numbers."}{command.why && ` ${command.why.charAt(0).toUpperCase()}${command.why.slice(1)}.`}</p>
    </div>
  );
}

function FateKey() {
  return (
    <ul class="fate-key">
      <li><span class="patch born">{"\u2298"}</span> born dead</li>
      <li><span class="patch died">{"\u2715"}</span> died</li>
      <li><span class="patch revived">{"\u2191"}</span> revived</li>
      <li><span class="patch bar-patch" /> bar: share of points for which the gate is open</li>
      <li class="soft">Choose a unit to see its kink line and its weights.</li>
    </ul>
  );
}

function KinkChoice({ state }: { state: State }) {
  const view = useValue(runs.a, 500);
  const layers = view?.shape?.layers.filter((layer) => layer.activation) ?? [];
  if (layers.length === 0) return null;
  const { kinks } = state.look;
  return (
    <fieldset class="choice kinks">
      <legend>Kink lines of</legend>
      {layers.slice(0, 8).map(({ layer }) => {
        const on = kinks.some(([number, unit]) => number === layer && unit === -1);
        return (
          <label key={layer}>
            <input type="checkbox" checked={on} onChange={() => void look({ kinks: on ? kinks.filter(([number, unit]) => number !== layer || unit !== -1) : [...kinks, [layer, -1]] })} />
            <span><svg class={`swatch stroke-${(layer - 1) % 8}`} viewBox="0 0 18 6" aria-hidden="true"><path d="M0 3H18" /></svg>layer {layer}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

function Transport({ state }: { state: State }) {
  const now = useValue(play, 120);
  const training = now?.training ?? false;
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.target as HTMLElement).closest("input, select, textarea, button, summary, [role=textbox], a, dialog")) return;
      if (event.key === " ") {
        event.preventDefault();
        void (play.get()?.training ? pause() : train());
      }
    };
    window.addEventListener("keydown", keys);
    return () => window.removeEventListener("keydown", keys);
  }, []);
  if (!now) return null;
  const ended = (view: RunView["now"]) => view.status === "finished" || view.status === "stopped early" || view.status === "diverged";
  return (
    <section class="transport" aria-label="Training">
      {shows("train") && (
        <div class="buttons">
          <button type="button" class="go" onClick={() => void (training ? pause() : train())}>
            <span aria-hidden="true">{training ? "\u275a\u275a" : "\u25b6"}</span> {training ? "Pause" : "Train"}
          </button>
          <button type="button" onClick={() => void step({ steps: 1 })} title="One batch">Step</button>
          <button type="button" onClick={() => void step({ epochs: 1 })} title="Through all batches once">Epoch</button>
          <button type="button" onClick={() => void reset()} title="Back to the first weights">Reset</button>
          <button type="button" onClick={() => void undo()} disabled={now.undo === 0}>Undo</button>
          <Select label="pace" value={String(state.pace)} options={paces.some((row) => +row.value === state.pace) ? paces : [...paces, { value: String(state.pace), text: `${state.pace} epochs/s` }]} set={(value) => void pace(+value)} />
          <button type="button" aria-pressed={Boolean(state.b)} onClick={() => void restart({ b: state.b ? null : { ...state.a } })}>Two runs</button>
        </div>
      )}
      <div class="meters">
        {(["a", "b"] as const).map((name) => {
          const run = now[name];
          if (!run) return null;
          return (
            <dl key={name} class="figures" aria-label={now.b ? `Run ${name.toUpperCase()}` : "Figures"}>
              {now.b && <div><dt>Run</dt><dd>{name.toUpperCase()}</dd></div>}
              <div><dt>Epoch</dt><dd data-figure={`${name}-epoch`}>{whole(run.epoch)}{ended(run) && <span class={run.status === "diverged" ? "state bad" : "state"}> {run.status}</span>}</dd></div>
              <div><dt>Training loss</dt><dd data-figure={`${name}-train-loss`} data-value={run.loss.train ?? ""}>{short(run.loss.train)}</dd></div>
              <div><dt>Validation loss</dt><dd data-figure={`${name}-valid-loss`} data-value={run.loss.valid ?? ""}>{short(run.loss.valid)}</dd></div>
              <div><dt>{scoreName(run.score_name)}, test</dt><dd data-figure={`${name}-test-score`} data-value={run.score.test ?? ""}>{score(run.score.test, run.score_name)}</dd></div>
              <div class="wide-only"><dt>Time per epoch</dt><dd>{run.epochs_per_second ? duration(1 / run.epochs_per_second) : unknown}</dd></div>
            </dl>
          );
        })}
      </div>
    </section>
  );
}

const groupNames: Record<Group, string> = {
  data: "data", network: "network", knobs: "training knobs", train: "train and pause", seeds: "many seeds", share: "this panel", weights: "weights", remedies: "remedies",
};

function Share({ state }: { state: State }) {
  const note = useValue(addressNote);
  const [left, setLeft] = useState<Group[]>([...groups]);
  const all = left.length === groups.length;
  const query = all ? "" : `?controls=${left.join(",")}`;
  // The state is in the hash, which has been written when this is drawn.
  void state;
  return (
    <section class="card share-panel" aria-labelledby="share-title">
      <h2 id="share-title">This screen as an address</h2>
      <p class="soft">The address holds the whole state and the seed. For teaching, leave out what would distract:</p>
      <fieldset class="choice">
        <legend class="unseen">Controls that are shown</legend>
        {groups.map((group) => (
          <label key={group}>
            <input type="checkbox" checked={left.includes(group)} onChange={() => setLeft(groups.filter((one) => left.includes(one) !== (one === group)))} />
            <span>{groupNames[group]}</span>
          </label>
        ))}
      </fieldset>
      <CopyLine text={`${location.origin}/${query}${location.hash}`} label="Address" />
      {note && <p class="soft">{note}</p>}
      <p><a href={`/${query}${location.hash}`} target="_blank" rel="noopener">Open it beside this one</a></p>
    </section>
  );
}

