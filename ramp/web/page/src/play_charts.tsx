// The four curves of the training: loss, score, gradient norm and sparsity of each layer.
import { useState } from "preact/hooks";
import { Chart, type Series, PlaceSlider } from "./chart";
import { percent, score, scoreName, short } from "./format";
import { type Curves, runs, type RunView } from "./session";
import type { Figure } from "./protocol";
import { useValue, Value } from "./value";

const place = new Value<number | null>(null);

interface Column { label: string; y: readonly Figure[] }

// The columns of both runs; those of B are dashed.
function seriesOf(views: (RunView | null)[], columns: (curve: Curves, view: RunView) => Column[]): Series[] {
  const both = views[1] !== null;
  return views.flatMap((view, run) =>
    view === null ? [] : columns(view.curve, view).map(({ label, y }, colour) => ({
      label: both ? `${run === 0 ? "A" : "B"} ${label}` : label, colour, dashed: run === 1, x: view.curve.epoch, y,
    })));
}

const layered = (columns: readonly Figure[][]): Column[] => columns.map((y, layer) => ({ label: `layer ${layer + 1}`, y }));
const anyOf = (columns: Column[]) => columns.filter(({ y }) => y.some((value) => value !== null));
const closed = (share: Figure) => (share === null ? null : 1 - share);

export function PlayCharts() {
  // Twenty times a second is enough for the eye, and leaves frames to everything else.
  const a = useValue(runs.a, 45), b = useValue(runs.b, 45);
  const [log, setLog] = useState({ loss: false, gradient: true });
  if (!a) return null;
  const views = [a, b], name = a.now.score_name;
  const x = a.curve.epoch;
  return (
    <section class="charts" aria-label="Curves of the training">
      <div class="chart-grid">
        <div>
          <Chart
            title="Loss" xLabel="epoch" log={log.loss} place={place}
            series={seriesOf(views, (curve) => [{ label: "training", y: curve.train_loss }, { label: "validation", y: curve.valid_loss }, { label: "test", y: curve.test_loss }])}
          />
          <LogSwitch on={log.loss} what="loss" set={(loss) => setLog({ ...log, loss })} />
        </div>
        <div>
          <Chart
            title={scoreName(name)} xLabel="epoch" high={name === "accuracy" ? 1.02 : undefined} place={place} format={(value) => score(value, name)}
            series={seriesOf(views, (curve) => [{ label: "training", y: curve.train_score }, { label: "validation", y: curve.valid_score }, { label: "test", y: curve.test_score }])}
          />
        </div>
        <div>
          <Chart
            title="Gradient norm of each layer" xLabel="epoch" log={log.gradient} place={place}
            series={seriesOf(views, (curve) => anyOf(layered(curve.gradient_norm)))}
          />
          <LogSwitch on={log.gradient} what="gradient norm" set={(gradient) => setLog({ ...log, gradient })} />
        </div>
        <div>
          <Chart
            title="Sparsity of each layer: share of closed gates" xLabel="epoch" low={0} high={1.02} place={place} format={(value) => percent(value)}
            series={seriesOf(views, (curve, view) => layered(curve.open_share.map((column) => column.map(closed))).filter((_, layer) => view.shape?.layers[layer]?.activation))}
          />
        </div>
      </div>
      <PlaceSlider
        label="Read the curves at epoch" x={x} place={place}
        describe={(index) => `epoch ${short(x[index])}: training loss ${short(a.curve.train_loss[index])}, validation loss ${short(a.curve.valid_loss[index])}, ${scoreName(name)} on the test ${score(a.curve.test_score[index], name)}, dead units by layer ${a.curve.dead.map((layer) => layer[index] ?? 0).join(", ")}`}
      />
    </section>
  );
}

function LogSwitch({ on, what, set }: { on: boolean; what: string; set: (on: boolean) => void }) {
  return <label class="switch log"><input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} aria-label={`Logarithmic scale for the ${what}`} />log scale</label>;
}
