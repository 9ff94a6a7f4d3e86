// Where the page begins: the frame around all routes.
import "uplot/dist/uPlot.min.css";
import "../style.css";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { readAddress } from "./address";
import { beginTheme, setTheme, theme, type Theme } from "./colours";
import { FamilyRoute } from "./family";
import { LabRoute } from "./lab";
import { connection, Refusal } from "./link";
import { ModelRoute } from "./model";
import { PlayRoute } from "./play";
import { QuizRoute } from "./quiz";
import { RunsRoute } from "./runs";
import { begin, notice, runs, start, state, tables, tell, undo, writeAddress } from "./session";
import { useValue, Value } from "./value";

const routes = [
  { name: "play", title: "Play", show: PlayRoute },
  { name: "family", title: "Family", show: FamilyRoute },
  { name: "lab", title: "Lab", show: LabRoute },
  { name: "quiz", title: "Quiz", show: QuizRoute },
  { name: "runs", title: "Runs", show: RunsRoute },
  { name: "model", title: "Model", show: ModelRoute },
] as const;

const route = new Value(readAddress().route);
const failure = new Value("");

window.addEventListener("hashchange", () => {
  const address = readAddress();
  const before = route.get();
  route.set(address.route);
  if (address.route !== "play") return;
  // A link to a state starts it; coming back to Play leaves what runs.
  if (Object.keys(address.state).length > 0 && (before === "play" || location.hash !== lastPlay)) void start(address.state).catch((error: unknown) => { if (error instanceof Refusal) tell(error.message, "wrong"); });
  else writeAddress();
});
let lastPlay = "";

function Page() {
  const now = useValue(route), all = useValue(tables), wrong = useValue(failure);
  const main = useRef<HTMLElement>(null), first = useRef(true);
  useEffect(() => {
    document.title = `${routes.find((row) => row.name === now)?.title ?? "ramp"} \u00b7 ramp`;
    if (first.current) {
      first.current = false;
      return;
    }
    main.current?.focus();
    window.scrollTo(0, 0);
  }, [now]);
  const known = routes.filter((row) => !all || all.parts.includes(row.name));
  const shown = known.find((row) => row.name === now);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>To the content</a>
      <header class="top">
        <a class="brand" href="#/" aria-label="ramp, play" onClick={keepPlay}>
          <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M4 23h11L28 7" /></svg>ramp
        </a>
        <nav aria-label="Parts">
          {known.map((row) => (
            <a key={row.name} href={`#/${row.name === "play" ? "" : row.name}`} aria-current={row.name === now ? "page" : undefined} onClick={row.name === "play" ? keepPlay : undefined}>{row.title}</a>
          ))}
        </nav>
        <ThemeSwitch />
      </header>
      <Connection />
      <main ref={main} id="main" tabIndex={-1}>
        {wrong ? <p class="wrong page-wrong" role="alert">{"\u2715"} {wrong}</p>
          : !all ? <p class="waiting" role="status">Loading {"\u2026"}</p>
          : shown ? <shown.show /> : <p class="waiting">There is no such part here. <a href="#/">Play</a></p>}
      </main>
      <Toast />
      <Heard />
      <footer>{all && <>{all.program} {"\u00b7"} computed on this machine by its C++ engine, {all.threads === 1 ? "one thread" : `${all.threads} threads`}. Nothing leaves it.</>}</footer>
    </>
  );
}

function keepPlay(event: Event) {
  if (route.get() === "play") event.preventDefault();
}

function ThemeSwitch() {
  const now = useValue(theme);
  const next: Record<Theme, { to: Theme; sign: string; text: string }> = {
    auto: { to: "light", sign: "\u25d0", text: "Colours: as the system" },
    light: { to: "dark", sign: "\u2600", text: "Colours: light" },
    dark: { to: "auto", sign: "\u263e", text: "Colours: dark" },
  };
  return <button type="button" class="plain theme" aria-label={`${next[now].text}. Change`} title={next[now].text} onClick={() => setTheme(next[now].to)}><span aria-hidden="true">{next[now].sign}</span></button>;
}

const messages: Partial<Record<ReturnType<typeof connection.get>, string>> = {
  lost: "The server does not answer. As soon as it is back, this page goes on.",
  refused: "ramp serve was started anew: open the address that it printed.",
  parked: "This page rests, for four others are open. Click or press a key to go on.",
  full: "Too many pages are open on this server. Close one, and load this one again.",
};

function Connection() {
  const now = useValue(connection);
  const message = messages[now];
  return <div class={message ? "connection" : "connection unseen"} role="status">{message ?? ""}</div>;
}

function Toast() {
  const now = useValue(notice);
  useEffect(() => {
    if (!now || now.kind === "wrong") return;
    const later = setTimeout(() => notice.set(null), 8000);
    return () => clearTimeout(later);
  }, [now]);
  return (
    <div class="toast-place">
      <div role="status">{now?.kind === "done" && <span class="toast">{"\u2713"} {now.text}</span>}</div>
      <div role="alert">{now?.kind === "wrong" && <span class="toast bad">{"\u2715"} {now.text}</span>}</div>
      {now && (
        <div class="row">
          {now.undo && now.undo > 0 ? <button type="button" class="small" onClick={() => void undo(now.undo)}>Undo</button> : null}
          <button type="button" class="plain small" aria-label="Close the message" onClick={() => notice.set(null)}>{"\u2715"}</button>
        </div>
      )}
    </div>
  );
}

// What a screen reader is told while a training goes on: when it begins, ends, or units die.
function Heard() {
  const a = useValue(runs.a, 2500);
  const [said, setSaid] = useState("");
  const dead = a?.now.layers.reduce((total, layer) => total + (layer.dead ?? 0), 0) ?? 0;
  const words = a ? `${a.now.status}; ${dead} dead units` : "";
  useEffect(() => { if (words) setSaid(words); }, [words]);
  return <div class="unseen" role="status">{said}</div>;
}

state.watch(() => { if (readAddress().route === "play") lastPlay = location.hash; });
beginTheme();
render(<Page />, document.getElementById("page")!);
begin().catch((error: unknown) => failure.set(error instanceof Error ? error.message : String(error)));
