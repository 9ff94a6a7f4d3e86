// The network as text and by buttons. The text is taken apart at its commas, nothing more: the server knows what it means.
import { useRef, useState } from "preact/hooks";
import { NumberField, Select, TextField } from "./fields";
import { Refusal } from "./link";
import type { RunName, State } from "./protocol";
import { change, check, tables } from "./session";
import { useValue } from "./value";

// The parts between the commas that stand outside brackets.
export function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0, part = "";
  for (const letter of text) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (letter === "," && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else {
      part += letter;
    }
  }
  parts.push(part.trim());
  return parts.filter((one) => one !== "");
}

export function NetworkEditor({ name, state }: { name: RunName; state: State }) {
  const all = useValue(tables)!;
  const settings = state[name]!;
  const [wrong, setWrong] = useState("");
  const [hint, setHint] = useState("");
  const typed = useRef(0);
  const parts = split(settings.network);
  const use = (network: string) => {
    setWrong("");
    if (network.trim() !== "" && network !== settings.network) void change(name, { network });
  };
  const put = (next: string[]) => use(next.join(", "));
  const replace = (place: number, ...by: string[]) => put([...parts.slice(0, place), ...by, ...parts.slice(place + 1)]);
  const look = (network: string) => {
    const mine = ++typed.current;
    setTimeout(() => {
      if (mine !== typed.current) return;
      check({ ...state, [name]: { ...settings, network } }).then(
        (answer) => {
          if (mine !== typed.current) return;
          setWrong("");
          setHint(`${answer.runs[name === "a" ? 0 : 1]?.parameters ?? "?"} parameters. Enter uses it.`);
        },
        (error: unknown) => { if (mine === typed.current && error instanceof Refusal) setWrong(error.message); },
      );
    }, 250);
  };
  const isActivation = (part: string) => all.activations.some((row) => row.name === part.split(/\s/)[0]);
  const units = (part: string) => /^dense (\d+)$/.exec(part);
  const lastDense = parts.map((part) => part.startsWith("dense")).lastIndexOf(true);
  const usual = parts.find(isActivation) ?? all.activations[0].name;
  const simple = all.layers.filter((row) => /^(\w+)( [A-Z]+)?( \[[A-Z]+\])?$/.test(row.notation));

  return (
    <fieldset class="panel network-editor">
      <legend>Network{state.b ? ` of run ${name.toUpperCase()}` : ""}</legend>
      <TextField label="as text" value={settings.network} set={use} onType={look} wrong={wrong} hint={hint} rows={2} />
      <ol class="parts">
        {parts.map((part, place) => {
          const dense = units(part);
          return (
            <li key={place} class={isActivation(part) ? "part activation" : "part"}>
              {dense ? (
                <>
                  <span>dense</span>
                  <button type="button" class="small" disabled={+dense[1] <= 1} aria-label={`One unit less in part ${place + 1}`} onClick={() => replace(place, `dense ${+dense[1] - 1}`)}>{"\u2212"}</button>
                  <b>{dense[1]}</b>
                  <button type="button" class="small" aria-label={`One unit more in part ${place + 1}`} onClick={() => replace(place, `dense ${+dense[1] + 1}`)}>+</button>
                </>
              ) : isActivation(part) ? (
                <ActivationPick part={part} place={place} set={(next) => replace(place, next)} />
              ) : <span>{part}</span>}
              {place !== lastDense && (
                <button type="button" class="small remove" aria-label={`Remove part ${place + 1}: ${part}`} onClick={() => replace(place)}>{"\u2715"}</button>
              )}
            </li>
          );
        })}
      </ol>
      <div class="row">
        <button type="button" onClick={() => put([...parts.slice(0, lastDense), "dense 8", usual, ...parts.slice(lastDense)])}>Add a layer</button>
        <Select
          label="Every activation" value={parts.filter(isActivation).every((part) => part === usual) && parts.some(isActivation) ? usual.split(/\s/)[0] : ""}
          options={[{ value: "", text: "various" }, ...all.activations.map((row) => ({ value: row.name, text: row.name, title: row.formula }))]}
          set={(next) => { if (next) put(parts.map((part) => (isActivation(part) ? next : part))); }}
        />
      </div>
      <Select
        label="Put in before the output" value="" hint="Anything else can be typed in the text"
        options={[{ value: "", text: "choose \u2026" }, ...simple.filter((row) => !isActivation(row.name)).map((row) => ({ value: row.notation, text: row.name, title: row.summary }))]}
        set={(notation) => {
          if (notation === "") return;
          const filled = notation.replace(/ \[.*\]/, "").replace("RATE", "0.2").replace("UNITS", "8").replace("PIECES", "2");
          put([...parts.slice(0, lastDense), filled, ...parts.slice(lastDense)]);
        }}
      />
    </fieldset>
  );
}

function ActivationPick({ part, place, set }: { part: string; place: number; set: (part: string) => void }) {
  const all = useValue(tables)!;
  const [name, ...values] = part.split(/\s+/);
  const row = all.activations.find((one) => one.name === name)!;
  return (
    <>
      <select value={name} aria-label={`Activation, part ${place + 1}`} title={row.formula} onChange={(event) => set(event.currentTarget.value)}>
        {all.activations.map((one) => <option key={one.name} value={one.name} title={one.formula}>{one.name}</option>)}
      </select>
      {row.parameters.map((parameter, i) => (
        <NumberField
          key={parameter.name} label={parameter.name} value={values[i] === undefined ? parameter.initial : +values[i]} low={parameter.low} high={parameter.high} hint={parameter.meaning}
          set={(value) => set([name, ...row.parameters.map((one, j) => (j === i ? value : values[j] ?? one.initial))].join(" "))}
        />
      ))}
    </>
  );
}
