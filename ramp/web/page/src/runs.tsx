// The run history: what was trained on this machine, one beside the other, live while it goes on.
import { useEffect, useState } from "preact/hooks";
import { readAddress, writeQuery } from "./address";
import { Chart } from "./chart";
import { FindingCard } from "./findings";
import { duration, percent, score, scoreName, whole } from "./format";
import { get, post, runsChanged } from "./link";
import type { Run, RunDetail } from "./protocol";
import { complain, look, state } from "./session";
import { useValue } from "./value";

const kMost = 8;

export function RunsRoute() {
  const changed = useValue(runsChanged);
  const [rows, setRows] = useState<Run[] | null>(null);
  const [chosen, setChosen] = useState<string[]>(() => readAddress().query.get("show")?.split(",").filter(Boolean) ?? []);
  const [details, setDetails] = useState<RunDetail[]>([]);
  // Where this is the first part that is shown, there is no state yet that could be changed.
  const begun = useValue(state) !== null;
  useEffect(() => {
    if (!begun) return;
    void look({ runs: true });
    return () => void look({ runs: false });
  }, [begun]);
  useEffect(() => { get<{ runs: Run[] }>("/api/runs?limit=100").then((answer) => setRows(answer.runs), complain); }, [changed]);
  useEffect(() => {
    let stopped = false;
    Promise.all(chosen.map((id) => get<RunDetail>(`/api/runs/${encodeURIComponent(id)}`))).then((answers) => { if (!stopped) setDetails(answers); }, complain);
    return () => { stopped = true; };
  }, [chosen.join(), changed]);
  if (!rows) return <p class="waiting" role="status">Loading {"\u2026"}</p>;
  const choose = (next: string[]) => {
    setChosen(next);
    writeQuery("runs", { show: next.join(",") });
  };
  const remove = async (run: Run) => {
    if (!confirm(`Delete run ${run.id} from the history?`)) return;
    try {
      await post("/api/runs/delete", { id: run.id });
      setRows(rows.filter((row) => row.id !== run.id));
      choose(chosen.filter((id) => id !== run.id));
    } catch (error) {
      complain(error);
    }
  };
  return (
    <div class="runs">
      <h1>Runs</h1>
      <p class="lead">What <code>ramp train</code> trained on this machine. Choose some to lay over each other; a run that goes on in another terminal moves here.</p>
      {rows.length === 0 ? <p class="card">No run yet. Train one in a terminal: <code>ramp train</code></p> : (
        <div class="scroll card" tabIndex={0} role="region" aria-label="Run history">
          <table>
            <thead>
              <tr><th scope="col"><span class="unseen">Shown</span></th><th scope="col">Run</th><th scope="col">Began</th><th scope="col">Data</th><th scope="col">Network</th><th scope="col" class="number">Seed</th><th scope="col" class="number">Epochs</th><th scope="col" class="number">Test</th><th scope="col">Outcome</th><th scope="col" class="number">Warnings</th><th scope="col"><span class="unseen">Delete</span></th></tr>
            </thead>
            <tbody>
              {rows.map((run) => (
                <tr key={run.id} class={chosen.includes(run.id) ? "chosen" : ""}>
                  <td><input type="checkbox" aria-label={`Show run ${run.id}`} checked={chosen.includes(run.id)} disabled={!chosen.includes(run.id) && chosen.length >= kMost} onChange={() => choose(chosen.includes(run.id) ? chosen.filter((id) => id !== run.id) : [...chosen, run.id])} /></td>
                  <th scope="row"><code>{run.id}</code></th>
                  <td>{run.started.replace("T", " ").slice(0, 16)}</td><td>{run.data}</td><td class="text-cell">{run.network}</td>
                  <td class="number">{run.seed}</td><td class="number">{whole(run.epochs)}</td><td class="number">{score(run.test_score ?? run.valid_score, run.score_name)}</td>
                  <td><Outcome outcome={run.outcome} /></td><td class="number">{run.warnings > 0 ? `\u26a0 ${run.warnings}` : "0"}</td>
                  <td><button type="button" class="small plain" aria-label={`Delete run ${run.id}`} onClick={() => void remove(run)}>{"\u2715"}</button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {details.length > 0 && <Overlay details={details} />}
    </div>
  );
}

function Outcome({ outcome }: { outcome: string }) {
  const bad = outcome === "diverged" || outcome === "killed", going = outcome === "running";
  const mark = bad ? "\u2715" : going ? "\u25b6" : outcome === "interrupted" ? "\u25a0" : "\u2713";
  return <span class={`badge ${bad ? "bad" : going ? "going" : ""}`}>{mark} {outcome}</span>;
}

function Overlay({ details }: { details: RunDetail[] }) {
  const series = (figure: "valid_loss" | "valid_score" | "gradient_norm" | "open_share") =>
    details.map((run, colour) => ({ label: run.id, colour, x: run.epochs.map((row) => row.epoch), y: run.epochs.map((row) => row[figure]) }));
  const name = details[0].score_name;
  const keys = [...new Set(details.flatMap((run) => Object.keys(run.settings)))];
  return (
    <>
      <div class="chart-grid">
        <div><Chart title="Validation loss" xLabel="epoch" series={series("valid_loss")} /></div>
        <div><Chart title={`${scoreName(name)} on the validation`} xLabel="epoch" series={series("valid_score")} format={(value) => score(value, name)} /></div>
        <div><Chart title="Gradient norm" xLabel="epoch" series={series("gradient_norm")} log /></div>
        <div><Chart title="Open gates" xLabel="epoch" series={series("open_share")} low={0} high={1.02} format={(value) => percent(value)} /></div>
      </div>
      <div class="scroll card" tabIndex={0} role="region" aria-label="Settings of the chosen runs">
        <table>
          <thead><tr><th scope="col">Setting</th>{details.map((run) => <th key={run.id} scope="col"><code>{run.id}</code></th>)}</tr></thead>
          <tbody>
            <tr><th scope="row">time</th>{details.map((run) => <td key={run.id}>{duration(run.seconds)}</td>)}</tr>
            <tr><th scope="row">model</th>{details.map((run) => <td key={run.id}>{run.model ?? "none"}</td>)}</tr>
            {keys.map((key) => {
              const values = details.map((run) => JSON.stringify(run.settings[key]) ?? "");
              return <tr key={key} class={new Set(values).size > 1 ? "differs" : ""}><th scope="row">{key}{new Set(values).size > 1 && <span class="soft"> differs</span>}</th>{values.map((value, i) => <td key={details[i].id}>{value.replace(/^"|"$/g, "")}</td>)}</tr>;
            })}
          </tbody>
        </table>
      </div>
      {details.map((run) => run.findings.length > 0 && (
        <section key={run.id} class="card" aria-label={`Findings of run ${run.id}`}>
          <h2>Found in <code>{run.id}</code></h2>
          {run.findings.map((finding) => <FindingCard key={`${finding.monitor} ${finding.layers.join()}`} run={null} finding={finding} over={false} />)}
        </section>
      ))}
    </>
  );
}
