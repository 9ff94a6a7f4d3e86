// Every knob of a training: the server lists them.
import { NumberField, Select, Switch, TextField } from "./fields";
import { short } from "./format";
import type { OptionValue, RunName, State, TrainingOption } from "./protocol";
import { change, tables } from "./session";
import { useValue } from "./value";

// The options with controls of their own; those that follow are drawn from the server's list.
const own = new Set(["learning_rate", "optimizer", "batch", "initialization", "epochs", "schedule"]);
const rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export function Knobs({ name, state }: { name: RunName; state: State }) {
  const all = useValue(tables)!;
  const settings = state[name]!;
  const set = (knob: string) => (value: OptionValue) => void change(name, { [knob]: value });
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
      <NumberField label="epochs at most" value={settings.epochs} low={1} step={1} high={all.limits.epochs} set={set("epochs")} />
      <details>
        <summary>More knobs</summary>
        <Select
          label="schedule" value={all.schedules.some((row) => row.name === scheduleName) ? scheduleName : ""} hint={all.schedules.find((row) => row.name === scheduleName)?.summary}
          options={[...all.schedules.map((row) => ({ value: row.name, text: row.name, title: row.summary }))]}
          set={(next) => set("schedule")(next)}
        />
        <TextField label="schedule as text" value={settings.schedule} set={set("schedule")} hint={all.schedules.map((row) => row.notation).join("; ")} />
        {all.options.filter((option) => !own.has(option.name)).map((option) => (
          <Knob key={option.name} option={option} value={settings[option.name]} set={set(option.name)} />
        ))}
      </details>
    </fieldset>
  );
}

// The control of an option by the kind of its value.
function Knob({ option, value, set }: { option: TrainingOption; value: OptionValue; set: (value: OptionValue) => void }) {
  const label = option.name.replaceAll("_", " ");
  if (typeof value === "boolean") return <Switch label={label} on={value} set={set} />;
  if (typeof value === "string") return <TextField label={label} value={value} set={set} hint={option.help} />;
  return <NumberField label={label} value={value} low={option.low} high={option.high} step={option.whole ? 1 : "any"} set={set} hint={option.help} />;
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
