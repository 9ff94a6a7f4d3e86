// Every activation: its curve and slope with a point to move, its parameters, what backward reads, speed and exactness.
import { useEffect, useMemo, useState } from "preact/hooks";
import { readAddress, writeQuery } from "./address";
import { Chart, PlaceSlider } from "./chart";
import { Switch } from "./fields";
import { exact, short, unknown } from "./format";
import { Formula } from "./formula";
import { command, get, jobs, post } from "./link";
import type { CurveAnswer, FamilyRow, Figure, SpeedResult } from "./protocol";
import { JobBar } from "./seeds";
import { complain } from "./session";
import { useValue, Value } from "./value";

const family = new Value<FamilyRow[] | null>(null);
const speedJob = new Value("");
const place = new Value<number | null>(1);
const kEnds = 6, kPoints = 601;

export function FamilyRoute() {
  const rows = useValue(family);
  const [shown, setShown] = useState<string[]>(() => readAddress().query.get("show")?.split(",").filter(Boolean) ?? []);
  const [values, setValues] = useState<Record<string, number[]>>({});
  const [curves, setCurves] = useState<Record<string, CurveAnswer>>({});
  useEffect(() => { if (!rows) get<{ activations: FamilyRow[] }>("/api/activations").then(({ activations }) => family.set(activations), complain); }, []);
  const chosen = useMemo(() => {
    const known = shown.filter((name) => rows?.some((row) => row.name === name)).slice(0, 8);
    return known.length > 0 ? known : rows ? rows.slice(0, 2).map((row) => row.name) : [];
  }, [rows, shown.join()]);
  const parametersOf = (row: FamilyRow) => values[row.name] ?? row.parameters.map((parameter) => parameter.initial);
  const wanted = chosen.map((name) => [name, parametersOf(rows!.find((row) => row.name === name)!)] as const);
  const key = JSON.stringify(wanted);
  useEffect(() => {
    let stopped = false;
    const later = setTimeout(async () => {
      try {
        const answers = await Promise.all(wanted.map(([name, parameters]) => post<CurveAnswer>("/api/curve", { name, parameters, low: -kEnds, high: kEnds, count: kPoints })));
        if (!stopped) setCurves(Object.fromEntries(wanted.map(([name], i) => [name, answers[i]])));
      } catch (error) {
        complain(error);
      }
    }, 40);
    return () => {
      stopped = true;
      clearTimeout(later);
    };
  }, [key]);
  if (!rows) return <p class="waiting" role="status">Loading {"\u2026"}</p>;
  const show = (next: string[]) => {
    setShown(next);
    writeQuery("family", { show: next.join(",") });
  };
  const series = (figure: "value" | "slope") => chosen.flatMap((name, colour) => (curves[name] ? [{ label: name, colour, x: curves[name].x, y: clipped(curves[name][figure]) }] : []));
  const x = chosen[0] && curves[chosen[0]] ? curves[chosen[0]].x : [];
  return (
    <div class="family">
      <h1>The family</h1>
      <p class="lead">Every activation that ramp has, from the table that the kernels are made of. Choose up to eight to lay over each other.</p>
      <fieldset class="choice chips">
        <legend class="unseen">Activations</legend>
        {rows.map((row) => (
          <label key={row.name}>
            <input type="checkbox" checked={chosen.includes(row.name)} disabled={chosen.length >= 8 && !chosen.includes(row.name)} onChange={() => show(chosen.includes(row.name) ? chosen.filter((name) => name !== row.name) : [...chosen, row.name])} />
            <span>{row.name}</span>
          </label>
        ))}
      </fieldset>
      <div class="chart-grid two-wide">
        <div><Chart title="f(x)" xLabel="x" series={series("value")} place={place} height={280} /></div>
        <div><Chart title={"slope f\u2032(x)"} xLabel="x" series={series("slope")} place={place} height={280} /></div>
      </div>
      <PlaceSlider
        label="Read at x" x={x} place={place} rest="the end"
        describe={(index) => `x ${short(x[index])}: ` + chosen.filter((name) => curves[name]).map((name) => `${name} ${short(curves[name].value[index])}, slope ${short(curves[name].slope[index])}`).join("; ")}
      />
      <div class="cards">
        {chosen.map((name, colour) => {
          const row = rows.find((one) => one.name === name)!;
          return <ActivationCard key={name} row={row} colour={colour} values={parametersOf(row)} set={(next) => setValues({ ...values, [name]: next })} />;
        })}
      </div>
      <Speed names={chosen} />
      <Exactness rows={rows.filter((row) => chosen.includes(row.name))} />
    </div>
  );
}

// What grows beyond the window would hide the rest.
const clipped = (values: readonly Figure[]) => values.map((value) => (value !== null && Math.abs(value) > 2 * kEnds ? null : value));

function ActivationCard({ row, colour, values, set }: { row: FamilyRow; colour: number; values: number[]; set: (values: number[]) => void }) {
  const yes = (is: boolean) => (is ? "\u2713 yes" : "\u2715 no");
  return (
    <article class={`card activation-card edge-${colour % 8}`}>
      <h2>{row.name}</h2>
      <p class="formula"><Formula text={row.formula} left="f(x)" /></p>
      <p class="formula"><Formula text={row.derivative} left={"f\u2032(x)"} /></p>
      {row.parameters.map((parameter, place) => (
        <label key={parameter.name} class="slider" title={parameter.meaning}>
          <span>{parameter.name} <output>{short(values[place])}</output></span>
          <input type="range" min={Math.max(parameter.low ?? -5, -5)} max={Math.min(parameter.high ?? 20, 20)} step="0.01" value={values[place]} onInput={(event) => set(values.map((value, i) => (i === place ? +event.currentTarget.value : value)))} />
        </label>
      ))}
      <dl class="facts">
        <div><dt>Backward reads</dt><dd>{row.saves === "gate" ? "one bit: the gate" : row.saves === "output" ? "the output" : "the input"} <span class="soft">({row.saved_bits} {row.saved_bits === 1 ? "bit" : "bits"} a unit)</span></dd></div>
        <div><dt>Output</dt><dd>{row.low === null ? "\u2212\u221e" : short(row.low)} to {row.high === null ? "\u221e" : short(row.high)}</dd></div>
        <div><dt>Saturates</dt><dd>{yes(row.saturates)}</dd></div>
        <div><dt>Monotone</dt><dd>{yes(row.monotone)}</dd></div>
        <div><dt>Zero-centred</dt><dd>{yes(row.zero_centred)}</dd></div>
        <div><dt>Steepest slope</dt><dd>{row.lipschitz === null ? "no bound" : short(row.lipschitz)}</dd></div>
        <div><dt>Gain of the first weights</dt><dd>{short(row.gain)}</dd></div>
        {row.gated && <div><dt>Gated pair</dt><dd>{row.gated}{row.gated_twice && `, ${row.gated_twice}`}</dd></div>}
        <div><dt>ONNX</dt><dd>{row.onnx}</dd></div>
      </dl>
      {row.source && <p class="soft small-text">{row.source}</p>}
    </article>
  );
}

function Speed({ names }: { names: string[] }) {
  const all = useValue(jobs), id = useValue(speedJob);
  const [everything, setEverything] = useState(false);
  const job = all.get(id), result = job?.result as SpeedResult | null | undefined;
  const measure = async () => {
    try {
      speedJob.set((await command<{ job: string }>("/api/speed", everything ? {} : { names })).job);
    } catch (error) {
      complain(error);
    }
  };
  return (
    <section class="card" aria-labelledby="speed-title">
      <header class="row">
        <div><h2 id="speed-title">Speed on this machine</h2><p class="soft">Measured now, against what the memory allows.</p></div>
        <Switch label="all activations" on={everything} set={setEverything} />
        <button type="button" class="strong" onClick={() => void measure()}>Measure</button>
      </header>
      {job && <JobBar job={job} what="Measured" />}
      {result && result.rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Measured speed">
          <table>
            <caption>{short(result.size)} numbers, one thread, {result.machine}</caption>
            <thead><tr><th scope="col">activation</th><th scope="col">operation</th><th scope="col" class="number">ns a number</th><th scope="col" class="number">GB/s</th><th scope="col" class="number">of the limit</th></tr></thead>
            <tbody>
              {result.rows.flatMap((row) => row.operations.map((operation, i) => (
                <tr key={`${row.name} ${operation.operation}`}>
                  {i === 0 && <th scope="rowgroup" rowSpan={row.operations.length}>{row.name}</th>}
                  <td>{operation.operation}</td><td class="number">{short(operation.nanoseconds)}</td><td class="number">{short(operation.gigabytes_per_second)}</td>
                  <td class="number">{short(operation.of_limit)}</td>
                </tr>
              )))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Exactness({ rows }: { rows: FamilyRow[] }) {
  return (
    <section class="card" aria-labelledby="ulp-title">
      <h2 id="ulp-title">Exactness</h2>
      <p class="soft">The largest error against the reference, in units of the last place (ULP), and where it is.</p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Exactness">
        <table>
          <thead><tr><th scope="col">activation</th><th scope="col">instructions</th><th scope="col" class="number">f, ULP</th><th scope="col" class="number">at</th><th scope="col" class="number">f{"\u2032"}, ULP</th><th scope="col" class="number">at</th></tr></thead>
          <tbody>
            {rows.flatMap((row) => (row.ulp.length > 0 ? row.ulp : [null]).map((ulp, i) => (
              <tr key={`${row.name} ${ulp?.set}`}>
                {i === 0 && <th scope="rowgroup" rowSpan={Math.max(1, row.ulp.length)}>{row.name}</th>}
                <td>{ulp?.set ?? unknown}</td><td class="number">{exact(ulp?.value)}</td><td class="number">{ulp?.value_at}</td><td class="number">{exact(ulp?.slope)}</td><td class="number">{ulp?.slope_at}</td>
              </tr>
            )))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
