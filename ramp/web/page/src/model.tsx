// A look at a model file: its layers with gates, dead units, regions and findings.
import { useEffect, useState } from "preact/hooks";
import type { View } from "./drawing";
import { Choice } from "./fields";
import { FindingCard } from "./findings";
import { count, percent, score, scoreName, short, whole } from "./format";
import { get, Refusal } from "./link";
import { Network, type Chosen } from "./network";
import { Plane } from "./plane";
import type { ModelView, RunNow } from "./protocol";
import { complain, type RunView } from "./session";
import { Value } from "./value";

export function ModelRoute() {
  const [model, setModel] = useState<ModelView | null>(null);
  const [none, setNone] = useState(""), [wrong, setWrong] = useState("");
  useEffect(() => {
    let later = 0;
    const ask = () => get<ModelView | { waiting: true } | { error: string }>("/api/model").then(
      (answer) => {
        if ("waiting" in answer) later = window.setTimeout(ask, 500);
        else if ("error" in answer) setWrong(answer.error);
        else setModel(answer);
      },
      (error: unknown) => {
        if (error instanceof Refusal && error.status === 404) setNone(error.message);
        else complain(error);
      },
    );
    void ask();
    return () => clearTimeout(later);
  }, []);
  if (none) return <div class="model"><h1>Model</h1><p class="card">{none} Start with one: <code>ramp serve MODEL.onnx --data DATA</code></p></div>;
  if (wrong) return <div class="model"><h1>Model</h1><p class="card wrong" role="alert">{"\u2715"} It cannot be looked at. {wrong}</p></div>;
  if (!model) return <p class="waiting" role="status">The model is being looked at {"\u2026"}</p>;
  return <Model model={model} />;
}

function Model({ model }: { model: ModelView }) {
  const [view, setView] = useState<View>("regions");
  const [chosen, setChosen] = useState<Chosen>(null);
  // A finished run, as far as the pictures are concerned.
  const [run] = useState(() => {
    const now = { status: "finished", epoch: model.picture?.epoch ?? 0, layers: model.layers, findings: model.findings } as unknown as RunNow;
    return new Value<RunView | null>({ now, shape: model.network, picture: model.picture, curve: null as never, points: 0 });
  });
  return (
    <div class="model">
      <h1>{model.name}</h1>
      <p class="lead">{model.network.text}</p>
      <dl class="figures card wrap">
        <div><dt>Parameters</dt><dd>{whole(model.network.parameters)}</dd></div>
        <div><dt>Data</dt><dd>{model.data}, {count(model.rows, "row")}</dd></div>
        {model.score !== null && <div><dt>{scoreName(model.score_name)}</dt><dd>{score(model.score, model.score_name)}</dd></div>}
        {model.calibration_error !== null && <div><dt>Calibration error</dt><dd>{percent(model.calibration_error, 1)}</dd></div>}
        {model.unused_columns && model.unused_columns.length > 0 && <div><dt>Unused columns</dt><dd>{model.unused_columns.join(", ")}</dd></div>}
      </dl>
      {model.notes.map((note) => <p key={note} class="card soft">{"\u2139"} {note}.</p>)}
      {model.picture && model.points && (
        <div class="stage">
          <Choice label="The plane shows" hidden value={view} options={[{ value: "decision", text: "answers" }, { value: "regions", text: "regions by gates" }]} set={setView} />
          <div class="run">
            <div class="network-side"><Network name="a" run={run} inputs={model.points.inputs} outputs={model.points.labels.length ? model.points.labels : [model.points.target]} chosen={chosen} choose={setChosen} /></div>
            <Plane name="a" title="What it answers" run={run} points={model.points} axes={model.picture.axes} view={view} held chosen={chosen} draws={false} />
          </div>
        </div>
      )}
      <div class="scroll card" tabIndex={0} role="region" aria-label="Layers">
        <table>
          <thead><tr><th scope="col">Layer</th><th scope="col" class="number">Units</th><th scope="col" class="number">Open</th><th scope="col" class="number">Dead</th><th scope="col" class="number">Always open</th><th scope="col" class="number">Duplicates</th><th scope="col" class="number">Silent</th><th scope="col" class="number">Mean</th><th scope="col" class="number">Deviation</th></tr></thead>
          <tbody>
            {model.layers.map((layer) => (
              <tr key={layer.layer}>
                <th scope="row">{layer.layer}: {layer.text}</th><td class="number">{layer.units}</td><td class="number">{percent(layer.open_share)}</td>
                <td class={(layer.dead ?? 0) > 0 ? "number bad" : "number"}>{(layer.dead ?? 0) > 0 ? `\u2715 ${layer.dead}` : whole(layer.dead)}</td>
                <td class="number">{whole(layer.always_open)}</td><td class="number">{whole(layer.duplicates)}</td><td class="number">{whole(layer.silent)}</td>
                <td class="number">{short(layer.mean)}</td><td class="number">{short(layer.deviation)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <section class="card" aria-label="Findings">
        <h2>What the health monitors found</h2>
        {model.findings.length === 0 ? <p class="soft">Nothing.</p> : model.findings.map((finding) => <FindingCard key={`${finding.monitor} ${finding.layers.join()}`} run={null} finding={finding} over={false} />)}
      </section>
    </div>
  );
}
