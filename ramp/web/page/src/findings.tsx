// What the health monitors found, with the remedies as buttons.
import { shows } from "./address";
import { Switch } from "./fields";
import { capital, count, percent, short } from "./format";
import type { Finding, RunName } from "./protocol";
import { remedy, type RunView } from "./session";
import { useValue, Value } from "./value";

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

export const anew = new Value(true);

export function Remedies({ run, finding, most = 9, primary = false }: { run: RunName | null; finding: Pick<Finding, "remedies">; most?: number; primary?: boolean }) {
  const fromStart = useValue(anew);
  const can = finding.remedies.filter((row) => row.can), advice = finding.remedies.filter((row) => !row.can);
  return (
    <>
      {run && shows("remedies") && can.length > 0 && (
        <div class="remedies">
          {can.slice(0, most).map((row, place) => (
            <button key={row.name} type="button" class={primary && place === 0 ? "heal" : "heal quiet"} onClick={() => void remedy(run, row.name, fromStart)}>
              <span aria-hidden="true">{"\u2695"}</span> {place === 0 && primary ? `Heal: ${plain(row.text)}` : capital(plain(row.text))}
            </button>
          ))}
          {primary && <Switch label="and begin anew" on={fromStart} set={(on) => anew.set(on)} />}
        </div>
      )}
      {(run === null ? finding.remedies : advice).length > 0 && most > 2 && (
        <p class="soft advice">{run === null || can.length === 0 ? "What helps: " : "Also helps: "}{(run === null ? finding.remedies : advice).map((row) => row.text).join("; ")}.</p>
      )}
    </>
  );
}

// Without the option of the command line.
const plain = (text: string) => text.replace(/ \(-.*\)$/, "");

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
  const layers = view.now.layers.filter((layer) => layer.activation);
  const sum = (figure: "dead" | "born_dead" | "died" | "revived" | "units") => layers.reduce((total, layer) => total + (layer[figure] ?? 0), 0);
  const dead = sum("dead"), born = sum("born_dead"), died = sum("died"), revived = sum("revived"), units = sum("units");
  const serious = currentFindings(view).filter((finding) => finding.severity !== "note");
  // Where units are dead, what was found about units says most.
  const worst = (dead > 0 && serious.find((finding) => finding.units > 0 && finding.severity === serious[0].severity)) || serious[0];
  const broken = view.now.divergence;
  const kind: string = worst?.severity ?? (broken ? "error" : dead > 0 ? "some" : "well");
  const fate = [born > 0 && `${born} born dead`, died > 0 && `${died} died in training`, revived > 0 && `${revived} came back to life`].filter(Boolean).join(", ");
  const heading = broken ? `The training broke in epoch ${broken.epoch}` : dead > 0 ? `${dead} of ${units} units ${dead === 1 ? "is" : "are"} dead` : units > 0 ? `All ${units} units are alive` : "This network has no gates";
  const text = broken ? `${capital(broken.place)}.`
    : dead > 0 ? `${capital(fate)}. A dead unit is closed for every point and learns nothing more.`
    : worst ? `${capital(worst.what)}.`
    : units > 0 ? `Every gate opens for some of the points, so gradients reach every unit.${revived > 0 ? ` ${capital(fate)}.` : ""}` : "";
  return (
    <section class={`diagnosis ${kind}`} aria-label={`Health${title && " of " + title}`}>
      <div class="verdict">
        <span class="sign" aria-hidden="true">{kind === "well" ? "\u2665" : "\u2715"}</span>
        <div>
          <h2>{title && <span class="run-name">{title}</span>} {heading}</h2>
          <p>{text}{worst?.cause && <> Cause: <strong>{worst.cause}</strong>.</>}</p>
        </div>
      </div>
      {worst && <Remedies run={run} finding={worst} most={2} primary />}
    </section>
  );
}
