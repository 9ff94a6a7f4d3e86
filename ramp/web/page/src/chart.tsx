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
  logX?: boolean;
  low?: number;
  high?: number;
  place?: Value<number | null>;  // where it is read, shared by charts with the same horizontal axis
  height?: number;
}

const dash = [6, 4];

type Columns = (readonly Figure[])[];

const positive = (values: readonly Figure[]) => values.map((value) => (value !== null && value > 0 ? value : null));
const isSame = (one: readonly Figure[], other: readonly Figure[]) => one === other || (one.length === other.length && one.every((x, i) => x === other[i]));

// What a screen of this width can show: of the points in a column of pixels the least and the largest, each series on its
// own, in the order in which they came. Drawing takes as long as there are points, and thousands may come.
function thinned([x, ...columns]: Columns, width: number): Columns {
  const bins = Math.max(50, Math.ceil(width)), points = x.length;
  if (points <= 2 * bins) return [x, ...columns];
  const begins = Array.from({ length: bins + 1 }, (_, bin) => Math.floor((bin * points) / bins));
  const places = begins.slice(0, bins).flatMap((begin, bin) => [x[begin], x[begins[bin + 1] - 1]]);
  const ends = (values: readonly Figure[]) => {
    const kept: Figure[] = [];
    for (let bin = 0; bin < bins; bin++) {
      let least = -1, most = -1;
      for (let i = begins[bin]; i < begins[bin + 1]; i++) {
        const value = values[i];
        if (value === null || value === undefined) continue;
        if (least < 0 || value < values[least]!) least = i;
        if (most < 0 || value > values[most]!) most = i;
      }
      kept.push(values[Math.min(least, most)] ?? null, values[Math.max(least, most)] ?? null);
    }
    return kept;
  };
  return [places, ...columns.map(ends)];
}

function joined({ series, log }: ChartProps, width: number): uPlot.AlignedData {
  const first = series[0]?.x ?? [];
  const columns = (one: Series) => [one.y, ...(one.band ? [one.band.low, one.band.high] : [])];
  const table = series.every(({ x }) => isSame(x, first))
    ? thinned([first, ...series.flatMap(columns)], width)
    : uPlot.join(series.map((one) => thinned([one.x, ...columns(one)], width) as uPlot.AlignedData)) as Columns;
  return [table[0], ...table.slice(1).map((values) => (log ? positive(values) : values))] as uPlot.AlignedData;
}

const tick = (value: number) => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return (size >= 1e4 || size < 1e-3 ? value.toExponential(0).replace("e+", "e") : String(+value.toPrecision(3))).replace(/-/g, "\u2212");
};

// A logarithmic scale leaves some of its marks without a number.
const ticksOf = (_: uPlot, splits: (number | null)[]) => splits.map((value) => (value === null ? "" : tick(value)));

// Over many decades the lines between them would be a surface.
const kFewDecades = 1e3;
const isDecade = (value: number) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
function linesOf(_: uPlot, splits: number[]): (number | null)[] {
  return splits[splits.length - 1] / splits[0] > kFewDecades ? splits.map((value) => (isDecade(value) ? value : null)) : splits;
}

function optionsOf({ xLabel, series, log, logX, low, high }: ChartProps, width: number, height: number, place: Value<number | null>): uPlot.Options {
  const { text, lines } = colours();
  const axis = { stroke: text.soft, grid: { stroke: text.line, width: 1 }, ticks: { stroke: text.line, width: 1, size: 4 }, font: "11px system-ui, sans-serif", labelFont: "11px system-ui, sans-serif" };
  const linesWhere = (logarithmic?: boolean) => (logarithmic ? { grid: { ...axis.grid, filter: linesOf }, ticks: { ...axis.ticks, filter: linesOf } } : {});
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
      x: logX ? { time: false, distr: 3 } : { time: false },
      y: log ? { distr: 3 } : { range: (_, least, most) => rangeOf(least, most, low, high) },
    },
    axes: [
      { ...axis, ...linesWhere(logX), label: xLabel, labelSize: 16, size: 26, gap: 3, values: ticksOf },
      { ...axis, ...linesWhere(log), size: 48, gap: 4, values: ticksOf },
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
  const latest = useRef(props), width = useRef(0);
  latest.current = props;
  const key = props.series.map((one) => `${one.label}|${one.colour}|${one.dashed ? 1 : 0}|${one.band ? 1 : 0}|${one.y.length === 1 ? 1 : 0}`).join(";") + `|${props.log ? 1 : 0}${props.logX ? 1 : 0}`;
  const height = props.height ?? 180;
  const shades = useValue(palette);

  useEffect(() => {
    const element = box.current!;
    const make = () => {
      if (element.clientWidth < 60) return;
      width.current = element.clientWidth;
      plot.current = new uPlot(optionsOf(latest.current, width.current, height, place), joined(latest.current, width.current), element);
    };
    make();
    const size = new ResizeObserver(() => {
      width.current = element.clientWidth;
      if (plot.current) plot.current.setSize({ width: width.current, height });
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

  // Series grow in place, so that they are drawn whenever the chart is.
  useEffect(() => { plot.current?.setData(joined(props, width.current)); });

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
            <dd data-value={one.y[index] ?? ""}>{format(one.y[index] ?? null)}</dd>
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
