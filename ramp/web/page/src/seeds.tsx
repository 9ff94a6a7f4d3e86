// The same settings from many seeds: how often does it go wrong?
import { useState } from "preact/hooks";
import { Canvas } from "./canvas";
import { colours } from "./colours";
import { tickText, ticks } from "./drawing";
import { Bar, Choice, CopyLine } from "./fields";
import { duration, percent, score, scoreName } from "./format";
import { command, jobs } from "./link";
import type { Distribution, Job, RunName, SeedsResult, Share } from "./protocol";
import { complain, state as stateValue } from "./session";
import { useValue } from "./value";

const amounts = [20, 50, 100, 200].map((amount) => ({ value: String(amount), text: String(amount) }));

export function Seeds() {
  const all = useValue(jobs), state = useValue(stateValue);
  const [mine, setMine] = useState<Partial<Record<RunName, string>>>({});
  const [amount, setAmount] = useState("50");
  const run = async (name: RunName) => {
    try {
      const { job } = await command<{ job: string }>("/api/seeds", { run: name, seeds: +amount });
      setMine((old) => ({ ...old, [name]: job }));
    } catch (error) {
      complain(error);
    }
  };
  const names: RunName[] = state?.b ? ["a", "b"] : ["a"];
  return (
    <section class="card seeds" aria-labelledby="seeds-title">
      <header class="row">
        <div>
          <h2 id="seeds-title">One run is an anecdote</h2>
          <p class="soft">Train these settings from many seeds, and see how often units die.</p>
        </div>
        <Choice label="Seeds" value={amount} options={amounts} set={setAmount} />
        {names.map((name) => (
          <button key={name} type="button" class="strong" onClick={() => void run(name)}>
            Train {amount} seeds{state?.b ? ` of run ${name.toUpperCase()}` : ""}
          </button>
        ))}
      </header>
      <div class={names.length > 1 ? "side-by-side" : undefined}>
        {names.map((name) => {
          const job = mine[name] ? all.get(mine[name]!) : undefined;
          return job && <SeedsJob key={name} job={job} title={state?.b ? `Run ${name.toUpperCase()}` : ""} />;
        })}
      </div>
    </section>
  );
}

export function JobBar({ job, what }: { job: Job; what: string }) {
  const going = job.status === "running" || job.status === "waiting";
  return (
    <div class="job" role="status">
      {going && <Bar done={job.done} of={job.of} label={what} />}
      <span>
        {job.status === "failed" ? `\u2715 ${job.error}` : job.status === "stopped" ? `Stopped after ${job.done} of ${job.of}.` : job.status === "waiting" ? "Waits for another job." : going ? `${job.done} of ${job.of}` : ""}
        {going && job.seconds_left !== null && `, ${duration(job.seconds_left)} left`}
      </span>
      {going && <button type="button" class="small" onClick={() => void command("/api/job/stop", { job: job.job }).catch(complain)}>Stop</button>}
    </div>
  );
}

function SeedsJob({ job, title }: { job: Job; title: string }) {
  const result = job.result as SeedsResult | null;
  return (
    <div class="seeds-result">
      {title && <h3>{title}</h3>}
      <JobBar job={job} what="Seeds trained" />
      {result && result.seeds.length > 0 && (
        <>
          <ul class="shares">
            <ShareItem share={result.with_dead} text="had a dead unit at the end" bad />
            <ShareItem share={result.with_dead_layer} text="had a layer without an open unit" bad />
            <ShareItem share={result.diverged} text="diverged" bad />
          </ul>
          <Spread result={result} />
          <p>
            {scoreName(result.score_name)} on the test rows: mean <b>{score(result.score.mean, result.score_name)}</b>
            <span class="soft"> (95 % interval {score(result.score.low, result.score_name)} to {score(result.score.high, result.score_name)})</span>,
            median {score(result.score.median, result.score_name)}, from {score(result.score.least, result.score_name)} to {score(result.score.most, result.score_name)}.
          </p>
          <CopyLine text={result.command} label="Command that repeats it" />
        </>
      )}
    </div>
  );
}

function ShareItem({ share, text, bad }: { share: Share; text: string; bad?: boolean }) {
  return (
    <li class={bad && share.count > 0 ? "bad" : ""}>
      <b>{share.count} of {share.of}</b> runs {text}
      <span class="interval" aria-hidden="true" ref={(bar) => {
        bar?.style.setProperty("--low", String(share.low ?? 0));
        bar?.style.setProperty("--high", String(share.high ?? 0));
        bar?.style.setProperty("--share", String(share.share ?? 0));
      }} />
      <span class="soft">{percent(share.share)} (95 % interval {percent(share.low)} to {percent(share.high)})</span>
    </li>
  );
}

// A dot for each seed over its score; those with dead units are crosses.
function Spread({ result }: { result: SeedsResult }) {
  const { score: spread, score_name: name } = result;
  const low = Math.min(name === "accuracy" ? 0.5 : 0, spread.least ?? 0), high = Math.max(1, spread.most ?? 1);
  return (
    <figure class="spread">
      <figcaption>{scoreName(name)} of each seed <span class="soft">({"\u25cf"} no unit dead at the end, {"\u2715"} some dead)</span></figcaption>
      <div role="img" class="spread-box" aria-label={spreadText(spread, result)}>
        <Canvas watch={[]} deps={[result]} draw={(context, width, height) => drawSpread(context, width, height, result, low, high)} />
      </div>
    </figure>
  );
}

const spreadText = (spread: Distribution, result: SeedsResult) =>
  `${result.seeds.length} seeds, from ${score(spread.least, result.score_name)} to ${score(spread.most, result.score_name)}, half of them between ${score(spread.quarter, result.score_name)} and ${score(spread.three_quarters, result.score_name)}; ${result.with_dead.count} with dead units.`;

function drawSpread(context: CanvasRenderingContext2D, width: number, height: number, result: SeedsResult, low: number, high: number) {
  const { text, classes } = colours();
  const left = 24, right = width - 24, bottom = height - 22, size = 5;
  const across = (value: number) => left + ((value - low) / (high - low || 1)) * (right - left);
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillStyle = text.soft;
  context.fillRect(left, bottom + 2, right - left, 1);
  for (const at of ticks(low, high, 6)) {
    context.fillRect(across(at), bottom + 2, 1, 4);
    context.fillText(result.score_name === "accuracy" ? `${Math.round(at * 100)} %` : tickText(at), across(at), bottom + 17);
  }
  const { low: from, high: to, mean } = result.score;
  if (from !== null && to !== null && mean !== null) {
    context.fillStyle = text.accent;
    context.globalAlpha = 0.18;
    context.fillRect(across(from), 0, Math.max(2, across(to) - across(from)), bottom);
    context.globalAlpha = 1;
    context.fillRect(across(mean) - 1, 0, 2, bottom);
  }
  const stacks = new Map<number, number>();
  for (const seed of [...result.seeds].sort((one, other) => one.seed - other.seed)) {
    if (seed.test_score === null) continue;
    const column = Math.round(across(seed.test_score) / (2 * size + 1)), row = stacks.get(column) ?? 0;
    stacks.set(column, row + 1);
    const x = column * (2 * size + 1), y = Math.max(size, bottom - size - 1 - row * (2 * size + 1));
    if (seed.dead > 0) {
      context.strokeStyle = text.bad;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x - 3.5, y - 3.5);
      context.lineTo(x + 3.5, y + 3.5);
      context.moveTo(x + 3.5, y - 3.5);
      context.lineTo(x - 3.5, y + 3.5);
      context.stroke();
    } else {
      context.fillStyle = `rgb(${classes[0].join(" ")})`;
      context.beginPath();
      context.arc(x, y, size - 0.5, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

