// What the health monitors found, with the remedies as buttons.
import { shows } from "./address";
import { count, percent, short } from "./format";
import type { Finding, RunName } from "./protocol";
import { remedy, type RunView } from "./session";

const severities = {
  error: { sign: "\u2715", word: "Broken" },
  warning: { sign: "\u26a0", word: "Warning" },
  note: { sign: "\u2139", word: "Note" },
} as const;

// A monitor looks once an epoch.
const isNow = (finding: Finding, epoch: number) => finding.last_epoch + 2 >= epoch;
const rank = { error: 0, warning: 1, note: 2 } as const;

export function currentFindings(view: RunView): Finding[] {
  return view.now.findings.filter((finding) => isNow(finding, view.now.epoch)).sort((one, other) => rank[one.severity] - rank[other.severity]);
}

export function Remedies({ run, finding, most = 9, primary = false }: { run: RunName | null; finding: Finding; most?: number; primary?: boolean }) {
  const can = finding.remedies.filter((row) => row.can), advice = finding.remedies.filter((row) => !row.can);
  return (
    <>
      {run && shows("remedies") && can.length > 0 && (
        <div class="remedies">
          {can.slice(0, most).map((row, place) => (
            <button key={row.name} type="button" class={primary && place === 0 ? "heal" : "heal quiet"} onClick={() => void remedy(run, row.name)}>
              <span aria-hidden="true">{"\u2695"}</span> {place === 0 && primary ? `Heal: ${row.text}` : capital(row.text)}
            </button>
          ))}
        </div>
      )}
      {(run === null ? finding.remedies : advice).length > 0 && most > 2 && (
        <p class="soft advice">{run === null || can.length === 0 ? "What helps: " : "Also helps: "}{(run === null ? finding.remedies : advice).map((row) => row.text).join("; ")}.</p>
      )}
    </>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function FindingCard({ run, finding, over }: { run: RunName | null; finding: Finding; over: boolean }) {
  const { sign, word } = severities[finding.severity];
  return (
    <article class={`finding ${over ? "over" : finding.severity}`}>
      <h4>
        <span class={`badge ${over ? "over" : finding.severity}`}><span aria-hidden="true">{over ? "\u2713" : sign}</span> {over ? "Over" : word}</span>
        {capital(finding.what)}
      </h4>
      <p>
        {finding.cause && <>Cause: <strong>{finding.cause}</strong>{finding.confidence !== null && <span class="soft"> ({percent(finding.confidence)} sure)</span>}. </>}
        {finding.explained_by && <>Explained by: {finding.explained_by}. </>}
        {finding.outlook && <span class="soft">{capital(finding.outlook)}{/[.!?]$/.test(finding.outlook) ? "" : "."}</span>}
      </p>
      <details>
        <summary>Evidence</summary>
        <ul class="plain-list">
          {finding.evidence.map((row) => <li key={row.figure}>{row.figure}: <b>{short(row.value)}</b>{row.limit !== null && <span class="soft">, limit {short(row.limit)}</span>}</li>)}
          <li class="soft">{finding.monitor}, seen from epoch {finding.epoch} to {finding.last_epoch}{finding.units > 0 && `, ${count(finding.units, "unit")}`}</li>
        </ul>
      </details>
      {!over && <Remedies run={run} finding={finding} />}
    </article>
  );
}

export function FindingList({ run, view }: { run: RunName; view: RunView }) {
  const { findings, epoch } = view.now;
  if (findings.length === 0) return <p class="soft">The health monitors found nothing so far.</p>;
  return <>{findings.map((finding) => <FindingCard key={`${finding.monitor} ${finding.layers.join()}`} run={run} finding={finding} over={!isNow(finding, epoch)} />)}</>;
}

// The first thing to see: is it healthy, and if not, what heals it.
export function Diagnosis({ run, view, title }: { run: RunName; view: RunView; title: string }) {
  const [worst] = currentFindings(view).filter((finding) => finding.severity !== "note");
  const layers = view.now.layers.filter((layer) => layer.activation);
  const sum = (figure: "dead" | "born_dead" | "died" | "revived" | "units") => layers.reduce((total, layer) => total + (layer[figure] ?? 0), 0);
  const dead = sum("dead"), revived = sum("revived"), units = sum("units");
  const broken = view.now.divergence;
  const kind: string = worst?.severity ?? (broken ? "error" : dead > 0 ? "some" : "well");
  const toll = dead > 0
    ? `${count(dead, "unit")} of ${units} ${dead === 1 ? "is" : "are"} dead: ${[[sum("born_dead"), "born dead"], [sum("died"), "died in training"]].filter(([number]) => number as number > 0).map(([number, what]) => `${number} ${what}`).join(", ")}`
    : `All ${units} units are alive`;
  return (
    <section class={`diagnosis ${kind}`} aria-label={`Health${title && " of " + title}`}>
      <div class="verdict">
        <span class="sign" aria-hidden="true">{kind === "well" ? "\u2665" : "\u2715"}</span>
        <div>
          <h2>{title && <span class="run-name">{title}</span>} {toll}{revived > 0 && <span class="revived-note">, {revived} revived</span>}</h2>
          <p>
            {worst ? <>{capital(worst.what)}.{worst.cause && <> Cause: <strong>{worst.cause}</strong>.</>}</>
              : broken ? `The training broke in epoch ${broken.epoch}, step ${broken.step}: ${broken.place}.`
              : dead > 0 ? "A dead unit is closed for every point: no gradient reaches its weights, so it cannot learn any more."
              : units > 0 ? "Every gate opens for some of the points, so gradients reach every unit." : "This network has no gates."}
          </p>
        </div>
      </div>
      {worst && <Remedies run={run} finding={worst} most={2} primary />}
    </section>
  );
}
