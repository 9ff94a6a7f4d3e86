// Curves with axes, by uPlot. What the pointer reads the keys read as well, from a slider.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { colours, palette } from "./colours";
import { short } from "./format";
import type { Figure } from "./protocol";
import { useValue, Value } from "./value";

export interface Series { label: string; colour: number; dashed?: boolean; x: readonly Figure[]; y: readonly Figure[]; band?: { low: readonly Figure[]; high: readonly Figure[] } }
export interface ChartProps {
  title: string;
  xLabel: string;
  series: readonly Series[];
  format?: (value: Figure) => string;
  log?: boolean;
  low?: number;
  high?: number;
  place?: Value<number | null>;  // where it is read, shared by charts with the same horizontal axis
  height?: number;
}

const dash = [6, 4];

function joined(series: readonly Series[], log: boolean): uPlot.AlignedData {
  const positive = (values: readonly Figure[]) => (log ? values.map((value) => (value !== null && value > 0 ? value : null)) : values);
  const first = series[0]?.x ?? [];
  const alike = series.every(({ x }) => x === first || (x.length === first.length && x[0] === first[0] && x.at(-1) === first.at(-1)));
  const columns = (one: Series) => [positive(one.y), ...(one.band ? [positive(one.band.low), positive(one.band.high)] : [])];
  if (alike) return [first, ...series.flatMap(columns)] as uPlot.AlignedData;
  return uPlot.join(series.map((one) => [one.x, ...columns(one)] as uPlot.AlignedData));
}

const tick = (value: number) => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return (size >= 1e4 || size < 1e-3 ? value.toExponential(0).replace("e+", "e") : String(+value.toPrecision(3))).replace(/-/g, "\u2212");
};

function optionsOf({ xLabel, series, log, low, high }: ChartProps, width: number, height: number, place: Value<number | null>): uPlot.Options {
  const { text, lines } = colours();
  const axis = { stroke: text.soft, grid: { stroke: text.line, width: 1 }, ticks: { stroke: text.line, width: 1, size: 4 }, font: "11px system-ui, sans-serif", labelFont: "11px system-ui, sans-serif" };
  const shown: uPlot.Series[] = [], bands: uPlot.Band[] = [];
  for (const one of series) {
    const stroke = lines[one.colour % lines.length];
    shown.push({ label: one.label, stroke, width: 1.8, dash: one.dashed ? dash : undefined, points: { show: one.y.length === 1 }, spanGaps: true });
    if (one.band) {
      shown.push({ stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } });
      bands.push({ series: [shown.length, shown.length - 1], fill: stroke.replace("rgb(", "rgba(").replace(")", ", 0.16)") });
    }
  }
  return {
    width, height, bands, series: [{ label: xLabel }, ...shown],
    legend: { show: false },
    padding: [8, 18, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { size: 7 }, y: false },
    scales: {
      x: { time: false },
      y: log ? { distr: 3 } : { range: (_, least, most) => rangeOf(least, most, low, high) },
    },
    axes: [
      { ...axis, label: xLabel, labelSize: 16, size: 26, gap: 3, values: (_, splits) => splits.map(tick) },
      { ...axis, size: 48, gap: 4, values: (_, splits) => splits.map((value) => (value === null ? "" : tick(value))) },
    ],
    hooks: {
      setCursor: [(plot) => {
        const { idx, event } = plot.cursor;
        // The pointer only: what the slider sets comes from there.
        if (event && idx !== null && idx !== undefined) place.set(plot.data[0][idx] ?? null);
        else if (event) place.set(null);
      }],
    },
  };
}

function rangeOf(least: number | null, most: number | null, low?: number, high?: number): [number, number] {
  if (least === null || most === null || !Number.isFinite(least) || !Number.isFinite(most)) return [low ?? 0, high ?? 1];
  const margin = (most - least || Math.abs(most) || 1) * 0.06;
  return [low ?? least - margin, high ?? most + margin];
}

export function Chart(props: ChartProps) {
  const own = useRef(new Value<number | null>(null));
  const place = props.place ?? own.current;
  const box = useRef<HTMLDivElement>(null), plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const data = joined(props.series, props.log ?? false);
  const newest = useRef(data);
  newest.current = data;
  const key = props.series.map((one) => `${one.label}|${one.colour}|${one.dashed ? 1 : 0}|${one.band ? 1 : 0}|${one.y.length === 1 ? 1 : 0}`).join(";") + `|${props.log ? 1 : 0}`;
  const height = props.height ?? 180;
  const shades = useValue(palette);

  useEffect(() => {
    const element = box.current!;
    const make = () => {
      if (element.clientWidth < 60) return;
      plot.current = new uPlot(optionsOf(latest.current, element.clientWidth, height, place), newest.current, element);
    };
    make();
    const size = new ResizeObserver(() => {
      if (plot.current) plot.current.setSize({ width: element.clientWidth, height });
      else make();
    });
    size.observe(element);
    const stop = place.watch(() => {
      const now = plot.current, at = place.get();
      if (!now || now.cursor.event) return;
      if (at === null) now.setCursor({ left: -10, top: -10 });
      else now.setCursor({ left: now.valToPos(at, "x"), top: 10 });
    });
    return () => {
      stop();
      size.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [key, shades, height, place]);

  useEffect(() => { plot.current?.setData(data); }, [data]);

  return (
    <figure class="chart">
      <figcaption>{props.title}</figcaption>
      <div class="chart-box" ref={box} role="img" aria-label={`${props.title}: ${inWords(props)}`} />
      <Legend {...props} place={place} />
    </figure>
  );
}

const nearest = (x: readonly Figure[], at: number): number => {
  let low = 0, high = x.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? -Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && Math.abs((x[low - 1] ?? 0) - at) <= Math.abs((x[low] ?? 0) - at) ? low - 1 : low;
};

function inWords({ series, xLabel, format = short }: ChartProps): string {
  const ends = series.filter(({ x }) => x.length > 0).map(({ label, x, y }) => `${label} goes from ${format(y[0])} to ${format(y.at(-1) ?? null)} at ${xLabel} ${short(x.at(-1))}`);
  return ends.length > 0 ? ends.join("; ") + "." : "no values yet.";
}

function Legend({ series, xLabel, format = short, place }: ChartProps & { place: Value<number | null> }) {
  const at = useValue(place);
  return (
    <dl class="legend">
      {at !== null && <div class="where"><dt>{xLabel}</dt><dd>{short(at)}</dd></div>}
      {series.map((one) => {
        const index = at === null ? one.x.length - 1 : nearest(one.x, at);
        return (
          <div key={one.label}>
            <dt><svg class={`swatch stroke-${one.colour % 8}`} viewBox="0 0 18 6" aria-hidden="true"><path d="M0 3H18" stroke-dasharray={one.dashed ? "5 3" : undefined} /></svg>{one.label}</dt>
            <dd>{format(one.y[index] ?? null)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

// Moves the place at which charts are read.
export function PlaceSlider({ label, x, place, describe, rest = "newest" }: {
  label: string; x: readonly Figure[]; place: Value<number | null>; describe: (index: number) => string; rest?: string;
}) {
  const at = useValue(place);
  const [held, setHeld] = useState(false);
  const index = at === null ? Math.max(0, x.length - 1) : nearest(x, at);
  return (
    <div class="place-slider">
      <label>
        {label}
        <input
          type="range" min="0" max={Math.max(0, x.length - 1)} value={index} disabled={x.length === 0}
          aria-valuetext={x.length === 0 ? "nothing yet" : describe(index)}
          onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}
          onInput={(event) => place.set(x[+event.currentTarget.value] ?? null)}
        />
      </label>
      <output>{at === null ? rest : short(at)}</output>
      {at !== null && <button type="button" class="plain small" onClick={() => place.set(null)}>{rest}</button>}
      {held && <span class="soft">arrow keys move it</span>}
    </div>
  );
}
