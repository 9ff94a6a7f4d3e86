// Every knob of a training.
import { NumberField, Select, Switch, TextField } from "./fields";
import { short } from "./format";
import type { RunName, Settings, State } from "./protocol";
import { change, tables } from "./session";
import { useValue } from "./value";

const rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export function Knobs({ name, state }: { name: RunName; state: State }) {
  const all = useValue(tables)!;
  const settings = state[name]!;
  const set = <K extends keyof Settings>(knob: K) => (value: Settings[K]) => void change(name, { [knob]: value } as Partial<Settings>);
  const optimizer = all.optimizers.find((row) => row.name === settings.optimizer);
  const scheduleName = settings.schedule.split(/[\s,]/)[0];
  return (
    <fieldset class="panel knobs">
      <legend>Training{state.b ? ` of run ${name.toUpperCase()}` : ""}</legend>
      <RateKnob value={settings.learning_rate} usual={optimizer?.learning_rate ?? 0} set={set("learning_rate")} />
      <Select
        label="optimizer" value={settings.optimizer} set={set("optimizer")} hint={optimizer && `${optimizer.summary}. ${optimizer.formula}`}
        options={all.optimizers.map((row) => ({ value: row.name, text: row.name, title: row.summary }))}
      />
      <NumberField label="batch" value={settings.batch} low={1} step={1} high={all.limits.batch} set={set("batch")} />
      <Select
        label="first weights" value={settings.initialization} set={set("initialization")}
        options={[{ value: "", text: "by the activations" }, ...all.initializations.map((row) => ({ value: row.name, text: row.name, title: row.summary }))]}
      />
      <NumberField label="their gain" value={settings.initial_gain} low={0} set={set("initial_gain")} hint="First weights are multiplied by this" />
      <NumberField label="epochs at most" value={settings.epochs} low={1} step={1} high={all.limits.epochs} set={set("epochs")} />
      <NumberField label="patience" value={settings.patience} low={0} step={1} set={set("patience")} hint="Epochs without a better validation before it stops; 0: never" />
      <details>
        <summary>More knobs</summary>
        <Select
          label="schedule" value={all.schedules.some((row) => row.name === scheduleName) ? scheduleName : ""} hint={all.schedules.find((row) => row.name === scheduleName)?.summary}
          options={[...all.schedules.map((row) => ({ value: row.name, text: row.name, title: row.summary }))]}
          set={(next) => set("schedule")(next)}
        />
        <TextField label="schedule as text" value={settings.schedule} set={set("schedule")} hint={all.schedules.map((row) => row.notation).join("; ")} />
        <NumberField label="clip norm" value={settings.clip_norm} low={0} set={set("clip_norm")} hint="Gradients longer than this are shortened to it; 0: never" />
        <NumberField label="clip value" value={settings.clip_value} low={0} set={set("clip_value")} hint={"Each gradient is kept within \u00b1 this; 0: never"} />
        <NumberField label="weight decay" value={settings.weight_decay} low={0} set={set("weight_decay")} />
        <NumberField label="label smoothing" value={settings.label_smoothing} low={0} high={0.99} set={set("label_smoothing")} />
        <NumberField label="accumulate" value={settings.accumulate} low={1} step={1} set={set("accumulate")} hint="Batches whose gradients are added up before a step" />
        <Switch label="classes weighed alike" on={settings.balanced} set={set("balanced")} />
      </details>
    </fieldset>
  );
}

// A slider over the decades, and the number itself.
function RateKnob({ value, usual, set }: { value: number; usual: number; set: (value: number) => void }) {
  const rate = value > 0 ? value : usual;
  const place = rates.reduce((best, one, i) => (Math.abs(Math.log(one / rate)) < Math.abs(Math.log(rates[best] / rate)) ? i : best), 0);
  return (
    <div class="rate">
      <NumberField label="learning rate" value={value} low={0} set={set} hint={`0: the optimizer's usual one, ${short(usual)}`} />
      <input
        type="range" min="0" max={rates.length - 1} value={place} aria-label="Learning rate" aria-valuetext={short(rates[place])}
        onChange={(event) => set(rates[+event.currentTarget.value])}
      />
    </div>
  );
}
