// Which data: a generated set with its settings, a table of one's own, or points drawn by hand.
import { useRef, useState } from "preact/hooks";
import { addClass, addPoint, beginDrawing, choose, clearPoints, drawn, endDrawing, removeLastPoint } from "./drawn";
import { NumberField, Select, Switch } from "./fields";
import { count } from "./format";
import type { Data, GeneratedSet, Points, State } from "./protocol";
import { look, restart, tables, tell, useData } from "./session";
import { useValue } from "./value";

const kDrawn = "\u0000drawn", kOwn = "\u0000own";

// "spirals arms 2, rows 400": the name, then settings with commas between.
function readSet(text: string): { name: string; settings: Map<string, number> } {
  const [name, ...rest] = text.trim().split(/\s+/), settings = new Map<string, number>();
  for (const part of rest.join(" ").split(",")) {
    const [setting, value] = part.trim().split(/\s+/);
    if (setting && value !== undefined) settings.set(setting, +value);
  }
  return { name, settings };
}

function writeSet(set: GeneratedSet, settings: Map<string, number>): string {
  const parts = set.settings.filter((row) => settings.has(row.name) && settings.get(row.name) !== row.initial).map((row) => `${row.name} ${settings.get(row.name)}`);
  return [set.name, parts.join(", ")].filter((part) => part !== "").join(" ");
}

export function DataPanel({ state, points, held, setHeld }: { state: State; points: Points | null; held: boolean; setHeld: (held: boolean) => void }) {
  const all = useValue(tables)!;
  const drawing = useValue(drawn);
  const [own, setOwn] = useState(false);
  const { data } = state;
  const now = "set" in data ? readSet(data.set) : null;
  const set = all.sets.find((row) => row.name === now?.name);
  const value = own ? kOwn : drawing ? kDrawn : now ? now.name : kOwn;
  const pick = (next: string) => {
    setOwn(next === kOwn);
    if (next !== kDrawn) endDrawing();
    if (next === kDrawn) {
      if (!beginDrawing()) tell("Points can be drawn over data with two inputs and classes, up to 2,000 points: choose such data first.", "wrong");
    } else if (next !== kOwn) {
      void useData({ set: next });
    }
  };
  return (
    <fieldset class="panel">
      <legend>Data</legend>
      <Select
        label="Set" value={value} set={pick} hint={set?.summary}
        options={[
          ...all.sets.map((row) => ({ value: row.name, text: row.name, title: row.summary })),
          { value: kOwn, text: "own table (CSV) \u2026" }, { value: kDrawn, text: "draw points \u2026" },
        ]}
      />
      {set && !own && !drawing && set.settings.map((row) => (
        <NumberField
          key={row.name} label={row.name} value={now!.settings.get(row.name) ?? row.initial} low={row.low} high={row.high} step={row.whole ? 1 : "any"} hint={row.meaning}
          set={(next) => void useData({ set: writeSet(set, new Map(now!.settings).set(row.name, next)) })}
        />
      ))}
      {(own || (!now && !drawing)) && <OwnTable data={data} use={(table) => { setOwn(false); void useData(table); }} />}
      {drawing && <DrawPanel />}
      <NumberField label="seed" value={state.seed} low={0} step={1} hint="Of data, split, first weights, order and dropout: the same seed gives the same numbers" set={(seed) => void restart({ seed })} />
      {points && !drawing && (
        <p class="soft small-text">
          {count(points.rows, "point")}{points.task === "classification" ? `, ${count(points.labels.length, "class", "classes")}` : ""}: {points.inputs.length > 3 ? count(points.inputs.length, "input") : points.inputs.join(", ")}{points.target && ` \u2192 ${points.target}`}
        </p>
      )}
      {points?.notes.map((note) => <p key={note} class="soft small-text">{note}</p>)}
      <Switch label="show held-out points (hollow)" on={held} set={setHeld} />
      {points && points.inputs.length > 2 && <AxesPanel state={state} points={points} />}
    </fieldset>
  );
}

function AxesPanel({ state, points }: { state: State; points: Points }) {
  const { axes } = state.look;
  const options = points.inputs.map((name, place) => ({ value: String(place), text: name }));
  const set = (axis: 0 | 1, value: string) => {
    const next: [number, number] = axis === 0 ? [+value, axes[1]] : [axes[0], +value];
    void look({ axes: next });
  };
  return (
    <>
      <Select label="across" value={String(axes[0])} options={options} set={(value) => set(0, value)} />
      <Select label="up" value={String(axes[1])} options={options} set={(value) => set(1, value)} />
    </>
  );
}

const plainName = (name: string) => name.replace(/[^\w.-]+/g, "_").replace(/^[-.]+/, "") || "data.csv";

function OwnTable({ data, use }: { data: Data; use: (data: Data) => void }) {
  const all = useValue(tables)!;
  const [text, setText] = useState("csv" in data ? data.csv : "");
  const [name, setName] = useState("csv" in data ? data.name ?? "data.csv" : "data.csv");
  const [target, setTarget] = useState("csv" in data ? data.target ?? "" : "");
  const [over, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = async (chosen: File | null | undefined) => {
    if (!chosen) return;
    if (chosen.size > all.limits.csv) {
      tell(`${chosen.name} has ${count(chosen.size, "byte")}; ${count(all.limits.csv, "byte")} are the most. ramp train takes larger ones.`, "wrong");
      return;
    }
    const read = await chosen.text();
    setText(read);
    setName(plainName(chosen.name));
    use({ csv: read, name: plainName(chosen.name), target });
  };
  return (
    <div
      class={over ? "own over" : "own"}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer?.files[0]); }}
    >
      <label class="field wide">
        <span>Drop a file here, choose one, or paste rows</span>
        <input ref={file} type="file" accept=".csv,.tsv,.txt,text/csv" onChange={(event) => void take(event.currentTarget.files?.[0])} />
      </label>
      <label class="field wide">
        <span class="unseen">Rows of the table</span>
        <textarea
          rows={5} spellcheck={false} placeholder={"x1,x2,class\n0.3,-1.2,red\n1.1,0.4,blue"} value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>target column</span>
        <input type="text" value={target} placeholder="the last" onInput={(event) => setTarget(event.currentTarget.value)} />
      </label>
      <button type="button" disabled={text.trim() === ""} onClick={() => use({ csv: text, name, target })}>Use these rows</button>
      <p class="soft small-text">It stays on this machine.</p>
    </div>
  );
}

function DrawPanel() {
  const now = useValue(drawn);
  const [at, setAt] = useState({ x: 0, y: 0 });
  if (!now) return null;
  return (
    <div class="draw">
      <p class="soft small-text">Click on the plane. By keys: type the place and add it.</p>
      <fieldset class="choice">
        <legend>Class of the next point</legend>
        {now.labels.map((label, place) => (
          <label key={label} class={`class-${place % 8}`}>
            <input type="radio" name="draw-class" checked={place === now.chosen} onChange={() => choose(place)} />
            <span>{label}</span>
          </label>
        ))}
        {now.labels.length < 8 && <button type="button" class="small" onClick={addClass}>new class</button>}
      </fieldset>
      <div class="row">
        {(["x", "y"] as const).map((axis, place) => (
          <NumberField key={axis} label={now.inputs[place]} value={at[axis]} set={(value) => setAt({ ...at, [axis]: value })} />
        ))}
        <button type="button" onClick={() => addPoint(at.x, at.y)}>Add point</button>
      </div>
      <div class="row">
        <button type="button" onClick={removeLastPoint}>Remove the last</button>
        <button type="button" onClick={clearPoints}>Clear all</button>
        <button type="button" onClick={endDrawing}>Done</button>
      </div>
      <p class="small-text" role="status">{count(now.rows.length, "point")}{now.rows.length < 4 ? ": training begins with two of each class" : ""}</p>
    </div>
  );
}
