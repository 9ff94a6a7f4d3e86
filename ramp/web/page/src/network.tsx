// The network of one run: a small picture for each unit, its fate, its open share, and the weights between.
import { useEffect, useRef } from "preact/hooks";
import { f32, u8 } from "./bytes";
import { Canvas } from "./canvas";
import { colours, css, mix, palette } from "./colours";
import { percent, short } from "./format";
import type { Picture, RunName, UnitPictures } from "./protocol";
import type { RunView } from "./session";
import { useValue, type Value } from "./value";

export const fates = [
  { name: "alive", sign: "", text: "alive" },
  { name: "born", sign: "\u2298", text: "born dead: its gate never opened" },
  { name: "died", sign: "\u2715", text: "died: its gate opened before, and does not open any more" },
  { name: "revived", sign: "\u2191", text: "revived: it was dead, and opens again" },
] as const;

export type Chosen = [number, number] | null;

function paintUnit(canvas: HTMLCanvasElement, layer: UnitPictures, unit: number, output: Uint8Array) {
  const [height, width] = layer.size, low = layer.low[unit] ?? 0, high = layer.high[unit] ?? 0;
  const { rgb, classes } = colours(), context = canvas.getContext("2d")!;
  const most = Math.max(Math.abs(low), Math.abs(high), 1e-30);
  const valueAt = (at: number) => (low + ((high - low) * output[unit * height * width + at]) / 255) / most;
  if (height === 1) {
    canvas.width = canvas.height = 48;
    context.strokeStyle = css(rgb.ink);
    context.lineWidth = 2.5;
    context.beginPath();
    for (let i = 0; i < width; i++) context.lineTo((48 * (i + 0.5)) / width, 26 - 20 * valueAt(i));
    context.stroke();
    return;
  }
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const image = context.createImageData(width, height);
  for (let at = 0; at < height * width; at++) {
    const value = valueAt(at), shade = mix(rgb.surface, value < 0 ? classes[0] : classes[1], Math.min(1, Math.abs(value)));
    image.data[4 * at] = shade[0];
    image.data[4 * at + 1] = shade[1];
    image.data[4 * at + 2] = shade[2];
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

// The lines between two columns of units, as thick as the weights are large.
function drawWeights(context: CanvasRenderingContext2D, box: HTMLElement, picture: Picture, fateOf: (layer: number, unit: number) => number, chosen: Chosen) {
  const { classes } = colours(), home = box.getBoundingClientRect();
  const placesOf = (layer: number) =>
    [...box.querySelectorAll<HTMLElement>(`[data-layer="${layer}"]`)].map((unit) => {
      const rect = unit.getBoundingClientRect();
      return { left: rect.left - home.left, right: rect.right - home.left, y: rect.top - home.top + rect.height / 2 };
    });
  for (const { layer, inputs, units, weight } of picture.weights) {
    const from = placesOf(layer - 1), to = placesOf(layer);
    if (from.length !== inputs || to.length !== units || inputs * units > 1100) continue;
    const weights = f32(weight);
    let most = 1e-12;
    for (const value of weights) most = Math.max(most, Math.abs(value));
    for (let i = 0; i < inputs; i++) {
      for (let unit = 0; unit < units; unit++) {
        const value = weights[i * units + unit], size = Math.abs(value) / most;
        const dead = [1, 2].includes(fateOf(layer, unit)) || [1, 2].includes(fateOf(layer - 1, i));
        const picked = chosen !== null && chosen[0] === layer && chosen[1] === unit;
        if (size < 0.04 && !picked) continue;
        context.beginPath();
        const a = from[i], b = to[unit], bend = (b.left - a.right) / 2;
        context.moveTo(a.right, a.y);
        context.bezierCurveTo(a.right + bend, a.y, b.left - bend, b.y, b.left, b.y);
        context.lineWidth = 0.4 + 3.2 * size;
        context.strokeStyle = css(classes[value < 0 ? 0 : 1], picked ? 1 : dead ? 0.1 : 0.18 + 0.5 * size);
        context.stroke();
      }
    }
  }
}

interface NetworkProps { name: RunName; run: Value<RunView | null>; inputs: string[]; outputs: string[]; chosen: Chosen; choose: (unit: Chosen) => void }

export function Network({ name, run, inputs, outputs, chosen, choose }: NetworkProps) {
  const shown = useValue(run, 120);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const paint = () => {
      const picture = run.get()?.picture;
      if (!picture || !box.current) return;
      for (const layer of picture.units) {
        const output = u8(layer.output);
        box.current.querySelectorAll<HTMLCanvasElement>(`[data-layer="${layer.layer}"] canvas`).forEach((canvas, unit) => {
          if (unit < layer.units) paintUnit(canvas, layer, unit, output);
        });
      }
    };
    paint();
    const stops = [run.watch(paint), palette.watch(paint)];
    return () => { for (const stop of stops) stop(); };
  }, [run, shown?.shape?.text, shown?.picture === null]);

  if (!shown?.shape) return <div class="network empty">The network is being built.</div>;
  const { shape, picture, now } = shown;
  const fateOf = (layer: number, unit: number) => {
    const pictures = run.get()?.picture?.units.find((row) => row.layer === layer);
    return pictures ? u8(pictures.fate)[unit] ?? 0 : 0;
  };
  const last = shape.layers.length;
  return (
    <div class="network" ref={box} role="group" aria-label={`The units of the network${name === "b" ? " of run B" : ""}`}>
      <Canvas
        class="links" watch={[run]} deps={[shape.text, chosen?.[0], chosen?.[1]]}
        draw={(context) => {
          const picture = run.get()?.picture;
          if (picture && box.current && getComputedStyle(box.current).flexDirection === "row") drawWeights(context, box.current, picture, fateOf, chosen);
        }}
      />
      <div class="layer inputs">
        <h3>Inputs</h3>
        <div class="units">
          {inputs.slice(0, 12).map((input) => <span key={input} class="input" data-layer="0">{input}</span>)}
          {inputs.length > 12 && <span class="soft">and {inputs.length - 12} more</span>}
        </div>
      </div>
      {shape.layers.map((layer) => {
        const pictures = picture?.units.find((row) => row.layer === layer.layer);
        const figures = now.layers.find((row) => row.layer === layer.layer);
        const isOutput = layer.layer === last && !layer.activation;
        const all = isOutput ? Math.min(layer.units, 12) : pictures?.units ?? Math.min(layer.units, 32);
        const fate = pictures ? u8(pictures.fate) : null, open = pictures ? f32(pictures.open_share) : null;
        const gradient = pictures?.gradient ? f32(pictures.gradient) : null;
        const dead = figures?.dead ?? 0;
        return (
          <div key={layer.layer} class={`layer size-${all <= 8 ? "large" : all <= 16 ? "middle" : "small"}`}>
            <h3>{isOutput ? "Output" : `Layer ${layer.layer}`} <span class="soft">{layer.activation ?? (isOutput ? "" : "no activation")}</span></h3>
            {layer.activation && (
              <p class={dead > 0 ? "toll some" : "toll"}>{dead > 0 ? `\u2715 ${dead} of ${layer.units} dead` : `all ${layer.units} alive`}</p>
            )}
            <div class="units">
              {Array.from({ length: all }, (_, unit) => {
                if (isOutput) {
                  return <span key={unit} class="input output" data-layer={layer.layer}>{outputs[unit] ?? `${unit + 1}`}</span>;
                }
                const kind = fates[fate?.[unit] ?? 0], share = open?.[unit];
                const isChosen = chosen !== null && chosen[0] === layer.layer && chosen[1] === unit;
                return (
                  <button
                    key={unit} type="button" class={`unit ${kind.name}`} data-layer={layer.layer} aria-pressed={isChosen}
                    aria-label={`Layer ${layer.layer}, unit ${unit + 1}: ${kind.text}; open for ${percent(share)} of the points${gradient ? `, gradient ${short(gradient[unit])}` : ""}`}
                    title={`Unit ${unit + 1}: ${kind.text}. Open ${percent(share)}${gradient ? `, gradient ${short(gradient[unit])}` : ""}`}
                    onClick={() => choose(isChosen ? null : [layer.layer, unit])}
                  >
                    <canvas aria-hidden="true" />
                    <span class="sign" aria-hidden="true">{kind.sign}</span>
                    <span class="share" ref={(bar) => bar?.style.setProperty("--share", String(share ?? 0))} aria-hidden="true" />
                  </button>
                );
              })}
              {all < layer.units && <span class="soft more">and {layer.units - all} more</span>}
            </div>
          </div>
        );
      })}
    </div>
  );
}
