// The quizzes: questions, the score with reasons, and questions whose answer is what the engine has just measured.
import { useEffect, useRef, useState } from "preact/hooks";
import { readAddress, writeQuery } from "./address";
import { capital, exact, short } from "./format";
import { command, get, jobs, post } from "./link";
import type { Marked, MarkedQuestion, Predicted, Question, Quiz } from "./protocol";
import { JobBar } from "./seeds";
import { complain } from "./session";
import { useValue } from "./value";

type Answers = Record<string, string[]>;

export function QuizRoute() {
  const query = readAddress().query;
  const [wanted, setWanted] = useState({ quiz: query.get("quiz") ?? "1", seed: query.get("seed") ?? "" });
  const [quiz, setQuiz] = useState<Quiz | null>(null);
  const [answers, setAnswers] = useState<Answers>({});
  const [marked, setMarked] = useState<Marked | null>(null);
  const result = useRef<HTMLElement>(null);
  useEffect(() => {
    setQuiz(null);
    setMarked(null);
    setAnswers({});
    get<Quiz>(`/api/quiz?quiz=${encodeURIComponent(wanted.quiz)}${wanted.seed ? `&seed=${encodeURIComponent(wanted.seed)}` : ""}`).then((next) => {
      setQuiz(next);
      writeQuery("quiz", { quiz: String(next.quiz), seed: String(next.seed) });
    }, complain);
  }, [wanted]);
  useEffect(() => { if (marked) result.current?.focus(); }, [marked]);
  if (!quiz) return <p class="waiting" role="status">Loading {"\u2026"}</p>;
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      setMarked(await post<Marked>("/api/quiz/answer", { quiz: quiz.quiz, seed: quiz.seed, answers }));
    } catch (error) {
      complain(error);
    }
  };
  return (
    <div class="quiz">
      <h1>{capital(quiz.title)}</h1>
      <p class="soft">
        {quiz.questions.length} questions, in the order of seed {quiz.seed}.
        {quiz.others.map((other) => <span key={other.quiz}> <button type="button" class="link" onClick={() => setWanted({ quiz: String(other.quiz), seed: "" })}>{capital(other.title)}</button></span>)}
      </p>
      {marked && (
        <section class="card result" ref={result} tabIndex={-1} aria-label="Result">
          <p class="score" role="status">{marked.sentence}</p>
          <div class="row">
            <button type="button" class="strong" onClick={() => setWanted({ quiz: wanted.quiz, seed: "" })}>Try again</button>
            <Rating quiz={quiz} />
          </div>
        </section>
      )}
      <form onSubmit={(event) => void submit(event)}>
        {quiz.questions.map((question, place) => (
          <QuestionView
            key={question.id} quiz={quiz} question={question} number={place + 1} ticked={answers[question.id] ?? []}
            tick={(ids) => setAnswers({ ...answers, [question.id]: ids })} marked={marked?.questions.find((row) => row.id === question.id) ?? null}
          />
        ))}
        {!marked && <button type="submit" class="strong large">Mark my answers</button>}
      </form>
    </div>
  );
}

function QuestionView({ quiz, question, number, ticked, tick, marked }: {
  quiz: Quiz; question: Question; number: number; ticked: string[]; tick: (ids: string[]) => void; marked: MarkedQuestion | null;
}) {
  const all = useValue(jobs);
  const [id, setId] = useState("");
  const job = all.get(id), predicted = job?.status === "done" ? (job.result as unknown as Predicted) : null;
  const shown = marked ?? predicted?.marked ?? null;
  const several = question.kind === "several";
  const predict = async () => {
    try {
      setId((await command<{ job: string }>("/api/quiz/predict", { quiz: quiz.quiz, seed: quiz.seed, id: question.id, answer: ticked })).job);
    } catch (error) {
      complain(error);
    }
  };
  return (
    <fieldset class="card question" disabled={shown !== null}>
      <legend><span class="number-badge">{number}</span> {question.text}</legend>
      {several && <p class="soft small-text">Several may be right. A wrong tick subtracts.</p>}
      {question.kind === "predict" && <p class="soft small-text">Predict, then run it: the answer is what the engine measures.</p>}
      {question.choices.map((choice) => {
        const on = ticked.includes(choice.id), right = shown?.right.includes(choice.id);
        const verdict = shown === null ? "" : right ? (on ? "right" : "missed") : on ? "wrong" : "";
        return (
          <label key={choice.id} class={`choice-line ${verdict}`}>
            <input
              type={several ? "checkbox" : "radio"} name={`question-${question.id}`} checked={on}
              onChange={() => tick(several ? (on ? ticked.filter((one) => one !== choice.id) : [...ticked, choice.id]) : [choice.id])}
            />
            <span>{choice.text}</span>
            {verdict && <span class={`badge ${verdict}`}>{verdict === "right" ? "\u2713 right" : verdict === "missed" ? "\u2713 this was right" : "\u2715 wrong"}</span>}
          </label>
        );
      })}
      {question.kind === "predict" && !shown && <button type="button" class="strong" disabled={ticked.length === 0} onClick={() => void predict()}>Run it</button>}
      {job && <JobBar job={job} what="Seeds" />}
      {predicted && <p><strong>Measured:</strong> {predicted.measured}</p>}
      {shown && (
        <div class="why" role="status">
          <p><strong>{shown.points === shown.of ? "\u2713" : "\u2715"} {exact(+shown.points.toFixed(2))} of {exact(shown.of)}.</strong> {shown.why}</p>
          {shown.corrections.length > 0 && <ul class="corrections">{shown.corrections.map((line) => <li key={line}>{line}</li>)}</ul>}
          {shown.link && <a href={addressOf(shown.link)}>See it: {linkText(shown.link)}</a>}
        </div>
      )}
    </fieldset>
  );
}

// "lab:dying", "play:{...}", "family:relu"
function addressOf(link: string): string {
  const [, kind, rest] = /^(\w+):(.*)$/s.exec(link) ?? [];
  if (kind === "play") return "#" + encodeURIComponent(rest || "{}");
  return `#/${kind ?? ""}?show=${encodeURIComponent(rest ?? "")}`;
}
const linkText = (link: string) => (link.startsWith("play:") ? "try it in Play" : link.startsWith("lab:") ? `the experiment \u201c${link.slice(4)}\u201d` : link.split(":")[1]);

function Rating({ quiz }: { quiz: Quiz }) {
  const [mean, setMean] = useState<{ rating: number | null; ratings?: number }>({ rating: quiz.rating });
  const [stars, setStars] = useState(0);
  const rate = async (next: number) => {
    setStars(next);
    try {
      setMean(await post<{ rating: number; ratings: number }>("/api/quiz/rate", { quiz: quiz.quiz, stars: next }));
    } catch (error) {
      complain(error);
    }
  };
  return (
    <fieldset class="choice stars">
      <legend>Rate this quiz</legend>
      {[1, 2, 3, 4, 5].map((star) => (
        <label key={star}>
          <input type="radio" name="stars" checked={stars === star} onChange={() => void rate(star)} aria-label={`${star} of 5`} />
          <span aria-hidden="true">{star <= stars ? "\u2605" : "\u2606"}</span>
        </label>
      ))}
      <span class="soft" role="status">{mean.rating !== null && `mean ${short(mean.rating)}${mean.ratings ? ` of ${mean.ratings}` : ""}`}</span>
    </fieldset>
  );
}
