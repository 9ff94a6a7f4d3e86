// The plane of one run: answers or regions, kink lines, examples, and what stands at a point of it.
import { useRef, useState } from "preact/hooks";
import { f32, u16, u8 } from "./bytes";
import { Canvas } from "./canvas";
import { drawAxes, drawPicture, drawPoints, type Ends, type Frame, type View } from "./drawing";
import { drawn, drawnPoints, addPoint } from "./drawn";
import { percent, short } from "./format";
import type { Picture, Points, RunName } from "./protocol";
import { type RunView } from "./session";
import { useValue, type Value } from "./value";

const kMargins = { left: 44, right: 6, top: 6, bottom: 36 };

function frameOf(width: number, height: number): Frame {
  return {
    left: kMargins.left, top: kMargins.top, ratio: 1,
    width: width - kMargins.left - kMargins.right, height: height - kMargins.top - kMargins.bottom,
  };
}

// With one input the vertical axis is the target's.
function endsOf(picture: Picture | null, points: Points | null, axes: [number, number]): Ends {
  const low = points ? points.low : picture?.low ?? [0, 0], high = points ? points.high : picture?.high ?? [1, 1];
  if (!points || points.inputs.length !== 1) return { low: [low[axes[0]] ?? 0, low[axes[1]] ?? 0], high: [high[axes[0]] ?? 1, high[axes[1]] ?? 1] };
  let least = points.task === "regression" ? Infinity : 0, most = points.task === "regression" ? -Infinity : 1;
  if (points.task === "regression") {
    for (const target of f32(points.y)) {
      least = Math.min(least, target);
      most = Math.max(most, target);
    }
  }
  const margin = 0.12 * Math.max(most - least, 1e-9);
  return { low: [low[0], least - margin], high: [high[0], most + margin] };
}

// What the last picture has at a place, in words.
function readAt(picture: Picture, points: Points, x: number, y: number): string {
  const [height, width] = picture.size;
  const share = (at: number, axis: 0 | 1) => (at - picture.low[axis]) / (picture.high[axis] - picture.low[axis]);
  const column = Math.min(width - 1, Math.max(0, Math.floor(share(x, 0) * width)));
  const row = height === 1 ? 0 : Math.min(height - 1, Math.max(0, Math.floor((1 - share(y, 1)) * height)));
  const cell = row * width + column, region = `region ${u16(picture.regions.id)[cell]}`;
  if ("label" in picture.decision) {
    const name = points.labels[u8(picture.decision.label)[cell]] ?? "?";
    return `class ${name}, probability ${percent(u8(picture.decision.probability)[cell] / 255)}, ${region}`;
  }
  return `answers ${short(f32(picture.decision.value)[cell])}, ${region}`;
}

interface PlaneProps {
  name: RunName;
  title: string;
  run: Value<RunView | null>;
  points: Points | null;
  axes: [number, number];
  view: View;
  held: boolean;
  chosen: [number, number] | null;
  draws: boolean;
}

export function Plane({ title, run, points, axes, view, held, chosen, draws }: PlaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useValue(run, 300);
  const drawing = useValue(drawn);
  const [place, setPlace] = useState<[number, number] | null>(null);
  const picture = shown?.picture ?? null;
  const ends = endsOf(picture, points, axes);
  const classes = points?.labels.length ?? 2;
  const visible = drawing && draws ? drawnPoints(drawing) : points;
  const line = points?.inputs.length === 1;

  const placeOf = (event: PointerEvent): [number, number] => {
    const rect = box.current!.getBoundingClientRect(), frame = frameOf(rect.width, rect.height);
    const across = (event.clientX - rect.left - frame.left) / frame.width, up = 1 - (event.clientY - rect.top - frame.top) / frame.height;
    const within = (share: number) => Math.min(1, Math.max(0, share));
    return [ends.low[0] + within(across) * (ends.high[0] - ends.low[0]), ends.low[1] + within(up) * (ends.high[1] - ends.low[1])];
  };
  const at = place ?? null;
  const names = points?.inputs ?? ["x1", "x2"];
  const upName = line ? (points?.task === "regression" ? points.target : "") : names[axes[1]] ?? "";

  return (
    <figure class="plane">
      <figcaption>
        <strong>{title}</strong>
        {picture && <span class="soft">{view === "regions" ? `${picture.regions.count} linear regions` : ""}</span>}
      </figcaption>
      <div
        ref={box} class={draws && drawing ? "plane-box drawing" : "plane-box"} role="img" aria-label={picture?.text ?? "The plane is being drawn."}
        onPointerMove={(event) => setPlace(placeOf(event))} onPointerLeave={() => setPlace(null)}
        onPointerDown={(event) => { if (draws && drawing && !line) addPoint(...placeOf(event)); }}
      >
        <Canvas
          watch={[run]} deps={[points, view, chosen?.[0], chosen?.[1], axes[0], axes[1]]}
          draw={(context, width, height) => {
            const frame = frameOf(width, height), now = run.get()?.picture;
            if (now) drawPicture(context, frame, ends, now, view, classes, chosen);
            drawAxes(context, frame, ends, [names[axes[0]] ?? "", upName], !line || points?.task === "regression");
          }}
        />
        <Canvas
          watch={[]} deps={[visible, held, axes[0], axes[1], ends.low[0], ends.high[0], ends.low[1], ends.high[1]]}
          draw={(context, width, height) => { if (visible) drawPoints(context, frameOf(width, height), ends, visible, axes, held); }}
        />
      </div>
      <p class="readout" aria-hidden="true">
        {at && picture && points
          ? `${names[axes[0]]} ${short(at[0])}${line ? "" : `, ${names[axes[1]]} ${short(at[1])}`}: ${readAt(picture, points, at[0], at[1])}`
          : "Point at the plane to read it."}
      </p>
      <PlaceReader picture={picture} points={points} ends={ends} names={[names[axes[0]] ?? "x1", line ? "" : names[axes[1]] ?? "x2"]} />
    </figure>
  );
}

// The same by keyboard.
function PlaceReader({ picture, points, ends, names }: { picture: Picture | null; points: Points | null; ends: Ends; names: [string, string] }) {
  const [open, setOpen] = useState(false);
  const [share, setShare] = useState<[number, number]>([50, 50]);
  const at = (axis: 0 | 1) => ends.low[axis] + (share[axis] / 100) * (ends.high[axis] - ends.low[axis]);
  return (
    <details class="place-reader" onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary>Read the plane by keys</summary>
      {open && picture && points && (
        <>
          {([0, 1] as const).filter((axis) => names[axis] !== "").map((axis) => (
            <label key={axis}>
              {names[axis]} <output>{short(at(axis))}</output>
              <input
                type="range" min="0" max="100" value={share[axis]} aria-valuetext={short(at(axis))}
                onInput={(event) => {
                  const value = +event.currentTarget.value;
                  setShare(axis === 0 ? [value, share[1]] : [share[0], value]);
                }}
              />
            </label>
          ))}
          <p role="status">{readAt(picture, points, at(0), at(1))}</p>
        </>
      )}
    </details>
  );
}
