// One unit close by: what it does, and its weights, which can be changed by hand.
import { useEffect, useRef } from "preact/hooks";
import { shows } from "./address";
import { f32, u8 } from "./bytes";
import { percent, short } from "./format";
import { fates, type Chosen } from "./network";
import type { RunName } from "./protocol";
import { type RunView, setWeight } from "./session";
import { useValue, type Value } from "./value";

interface UnitPanelProps { name: RunName; run: Value<RunView | null>; inputs: string[]; chosen: [number, number]; choose: (unit: Chosen) => void }

export function UnitPanel({ name, run, inputs, chosen, choose }: UnitPanelProps) {
  const view = useValue(run, 200);
  const [layer, unit] = chosen;
  const pictures = view?.picture?.units.find((row) => row.layer === layer);
  const weights = view?.picture?.weights.find((row) => row.layer === layer);
  if (!view || !pictures || unit >= pictures.units) return null;
  const fate = fates[u8(pictures.fate)[unit] ?? 0];
  const incoming = weights ? Array.from({ length: weights.inputs }, (_, input) => f32(weights.weight)[input * weights.units + unit]) : [];
  const bias = weights ? f32(weights.bias)[unit] : undefined;
  const nameOf = (input: number) => (layer === 1 ? inputs[input] ?? `input ${input + 1}` : `unit ${input + 1}`);
  return (
    <section class={`unit-panel card ${fate.name}`} aria-label={`Layer ${layer}, unit ${unit + 1}`}>
      <header>
        <h3>Layer {layer}, unit {unit + 1}</h3>
        <span class={`badge ${fate.name}`}>{fate.sign} {fate.text}</span>
        <button type="button" class="plain" onClick={() => choose(null)} aria-label="Close the unit">{"\u2715"}</button>
      </header>
      <dl class="figures">
        <div><dt>Gate open</dt><dd>{percent(f32(pictures.open_share)[unit], 1)}</dd></div>
        <div><dt>Mean gradient |dL/dz|</dt><dd>{pictures.gradient ? short(f32(pictures.gradient)[unit]) : "not known"}</dd></div>
        <div><dt>Output</dt><dd>{short(pictures.low[unit])} to {short(pictures.high[unit])}</dd></div>
      </dl>
      {weights && shows("weights") && (
        <fieldset class="weights">
          <legend>Weights <span class="soft">change one, and see what it does</span></legend>
          {incoming.map((value, input) => (
            <WeightField key={input} label={nameOf(input)} value={value} set={(next) => setWeight(name, layer, unit, input, next)} />
          ))}
          {bias !== undefined && <WeightField label="bias" value={bias} set={(next) => setWeight(name, layer, unit, -1, next)} />}
        </fieldset>
      )}
    </section>
  );
}

// Follows the training, except while somebody types in it.
function WeightField({ label, value, set }: { label: string; value: number; set: (value: number) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current && document.activeElement !== field.current) field.current.value = String(+value.toPrecision(4));
  }, [value]);
  return (
    <label>
      <span>{label}</span>
      <input
        ref={field} type="number" step="0.1" inputMode="decimal"
        onChange={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (Number.isFinite(next)) set(next);
        }}
      />
    </label>
  );
}
