// The claims that are made about ReLU, each measured here.
import { useEffect, useState } from "preact/hooks";
import { readAddress } from "./address";
import { BarsView } from "./bars";
import { Chart } from "./chart";
import { Choice, CopyLine, NumberField } from "./fields";
import { duration, short } from "./format";
import { command, get, jobs } from "./link";
import type { LabExperiment, LabPlot, LabResult } from "./protocol";
import { JobBar } from "./seeds";
import { complain } from "./session";
import { useValue, Value } from "./value";

const experiments = new Value<LabExperiment[] | null>(null);
const mine = new Value<Readonly<Record<string, string>>>({});

export function LabRoute() {
  const rows = useValue(experiments);
  useEffect(() => { if (!rows) get<{ experiments: LabExperiment[] }>("/api/lab").then((answer) => experiments.set(answer.experiments), complain); }, []);
  useEffect(() => {
    const name = readAddress().query.get("show");
    if (rows && name) document.getElementById(`lab-${name}`)?.scrollIntoView();
  }, [rows]);
  if (!rows) return <p class="waiting" role="status">Loading {"\u2026"}</p>;
  return (
    <div class="lab">
      <h1>The lab</h1>
      <p class="lead">Claims that are made about rectifiers, with what is expected written down before the run. Run them here.</p>
      {rows.map((row) => <Experiment key={row.name} row={row} />)}
    </div>
  );
}

const verdicts = {
  "holds": { sign: "\u2713", kind: "good" }, "does not hold": { sign: "\u2715", kind: "bad" }, "depends": { sign: "\u2248", kind: "warn" },
} as const;

const signs: Readonly<Record<string, string>> = { met: "\u2713", missed: "\u2715" };

function Experiment({ row }: { row: LabExperiment }) {
  const all = useValue(jobs), ids = useValue(mine);
  const [size, setSize] = useState<"quick" | "default" | "full">("quick");
  const [seeds, setSeeds] = useState(0), [seed, setSeed] = useState(1);
  const job = all.get(ids[row.name] ?? ""), result = job?.result as LabResult | null | undefined;
  const run = async () => {
    try {
      const { job: id } = await command<{ job: string }>("/api/lab/run", { name: row.name, size, seed, ...(seeds > 0 ? { seeds } : {}) });
      mine.set({ ...mine.get(), [row.name]: id });
    } catch (error) {
      complain(error);
    }
  };
  const verdict = result && verdicts[result.verdict];
  return (
    <article class="card experiment" id={`lab-${row.name}`} aria-labelledby={`lab-title-${row.name}`}>
      <header class="row">
        <div>
          <p class="soft small-text">{row.name}</p>
          <h2 id={`lab-title-${row.name}`}>{"\u201c"}{row.claim}{"\u201d"}</h2>
        </div>
        {verdict && <span class={`verdict-badge ${verdict.kind}`}>{verdict.sign} {result.verdict}</span>}
      </header>
      <p>{row.question}</p>
      <details class="expectation">
        <summary>What is expected, as it was written down before</summary>
        <ul>{row.expectation.split("; ").map((one) => <li key={one}>{one}</li>)}</ul>
      </details>
      <div class="row">
        <Choice label="Size" hidden value={size} options={[{ value: "quick", text: "quick" }, { value: "default", text: "default" }, { value: "full", text: "full" }]} set={setSize} />
        <details>
          <summary>Seeds</summary>
          <div class="row">
            <NumberField label="how many (0: as usual)" value={seeds} low={0} high={200} step={1} set={setSeeds} />
            <NumberField label="first seed" value={seed} low={0} step={1} set={setSeed} />
          </div>
        </details>
        <button type="button" class="strong" aria-label={`Run ${row.name}`} onClick={() => void run()}>Run{row.seconds !== null && size === "default" && <span> (about {duration(row.seconds)})</span>}</button>
      </div>
      {job && <JobBar job={job} what={`Seeds of ${row.name}`} />}
      {result && (
        <div class="lab-result">
          <p class="sentence">{result.sentence}</p>
          {result.practice && <p><strong>In practice:</strong> {result.practice}</p>}
          {result.figures.length > 0 && (
            <div class="scroll" tabIndex={0} role="region" aria-label={`Figures of ${row.name}`}>
              <table class="measured">
                <thead><tr><th scope="col">Measured</th><th scope="col" class="number">Mean</th><th scope="col" class="number">95 % interval</th><th scope="col">Expected</th><th scope="col">Result</th></tr></thead>
                <tbody>
                  {result.figures.map((figure) => (
                    <tr key={figure.name}>
                      <th scope="row">{figure.name}</th>
                      <td class="number" data-figure={`lab-${figure.name}`} data-value={figure.value ?? ""}>{short(figure.value)} {figure.unit}</td>
                      <td class="number">{figure.low !== null && `${short(figure.low)} to ${short(figure.high)}`}</td>
                      <td>{figure.expected}</td>
                      <td>{signs[figure.result] ?? ""} {figure.result}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <div class="chart-grid two-wide">{result.plots.map((plot) => <div key={plot.title}><PlotView plot={plot} /></div>)}{result.bars.map((bars) => <div key={bars.title}><BarsView bars={bars} /></div>)}</div>
          <CopyLine text={result.command} label="Command" />
        </div>
      )}
    </article>
  );
}

function PlotView({ plot }: { plot: LabPlot }) {
  return (
    <>
      <Chart
        title={`${plot.title}${plot.y_label ? ` (${plot.y_label})` : ""}`} xLabel={plot.x_label} height={240} log={plot.y_logarithmic} logX={plot.x_logarithmic}
        series={plot.curves.map((curve, colour) => ({
          label: curve.label, colour, dashed: curve.dashed, x: curve.x, y: curve.y, band: curve.low && curve.high ? { low: curve.low, high: curve.high } : undefined,
        }))}
      />
      <p class="soft small-text">{plot.text}</p>
    </>
  );
}
