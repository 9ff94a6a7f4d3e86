// Draws the plane: what the network answers, its regions, the lines on which gates change, and the examples.
import { f32, u16, u8 } from "./bytes";
import { colours, css, mix, type Rgb } from "./colours";
import type { Picture, Points } from "./protocol";

export interface Frame { width: number; height: number; left: number; top: number; ratio: number }
export type View = "decision" | "regions";
export interface Ends { low: [number, number]; high: [number, number] }

// Steps of 1, 2 or 5 that a scale is marked with.
export function ticks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / most, ten = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((step) => step * ten).find((step) => step >= rough) ?? ten * 10;
  const marks: number[] = [];
  for (let at = Math.ceil(low / size) * size; at <= high + size / 1e6; at += size) marks.push(Math.abs(at) < size / 1e6 ? 0 : at);
  return marks;
}

export const tickText = (value: number) => (+value.toPrecision(3)).toString().replace("-", "\u2212");

export function acrossOf(frame: Frame, ends: Ends, x: number) {
  return frame.left + ((x - ends.low[0]) / (ends.high[0] - ends.low[0])) * frame.width;
}
export function upOf(frame: Frame, ends: Ends, y: number) {
  return frame.top + (1 - (y - ends.low[1]) / (ends.high[1] - ends.low[1])) * frame.height;
}

// A shade for a pattern of gates: neighbouring numbers lie far apart.
function shade(id: number, paper: Rgb, light: boolean): Rgb {
  const turn = (id * 0.618033988749895) % 1, level = (id * 0.7548776662466927) % 1;
  const hue = (shift: number) => {
    const at = Math.abs(((turn + shift) % 1) * 6 - 3) - 1;
    return 255 * Math.min(1, Math.max(0, at));
  };
  const full: Rgb = [hue(0), hue(2 / 3), hue(1 / 3)];
  return mix(paper, mix(full, light ? [255, 255, 255] : [0, 0, 0], 0.3), 0.2 + 0.26 * level);
}

let small: HTMLCanvasElement | null = null;

function scaled(context: CanvasRenderingContext2D, frame: Frame, height: number, width: number, paint: (pixels: Uint8ClampedArray) => void, smooth: boolean) {
  small ??= document.createElement("canvas");
  small.width = width;
  small.height = height;
  const inside = small.getContext("2d")!;
  const image = inside.createImageData(width, height);
  paint(image.data);
  inside.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, frame.left, frame.top, frame.width, frame.height);
}

function put(pixels: Uint8ClampedArray, at: number, rgb: Rgb, alpha = 255) {
  pixels[4 * at] = rgb[0];
  pixels[4 * at + 1] = rgb[1];
  pixels[4 * at + 2] = rgb[2];
  pixels[4 * at + 3] = alpha;
}

function drawAnswers(context: CanvasRenderingContext2D, frame: Frame, picture: Picture, classes: number) {
  const { rgb, classes: shades } = colours();
  const [height, width] = picture.size;
  const { decision } = picture;
  if ("label" in decision) {
    const label = u8(decision.label), probability = u8(decision.probability), chance = 255 / Math.max(2, classes);
    scaled(context, frame, height, width, (pixels) => {
      for (let i = 0; i < label.length; i++) {
        const sure = Math.max(0, (probability[i] - chance) / (255 - chance));
        put(pixels, i, mix(rgb.surface, shades[label[i] % shades.length], 0.08 + 0.5 * sure));
      }
    }, true);
    return;
  }
  const value = f32(decision.value), low = decision.low ?? 0, high = decision.high ?? 1, range = Math.max(high - low, 1e-12);
  scaled(context, frame, height, width, (pixels) => {
    for (let i = 0; i < value.length; i++) {
      const share = (value[i] - low) / range;
      put(pixels, i, share < 0.5 ? mix(shades[0], rgb.surface, 2 * share) : mix(rgb.surface, shades[1], 2 * share - 1));
    }
  }, true);
}

function drawRegions(context: CanvasRenderingContext2D, frame: Frame, picture: Picture) {
  const { rgb } = colours();
  const id = u16(picture.regions.id);
  const light = rgb.surface[0] > 128;
  scaled(context, frame, picture.size[0], picture.size[1], (pixels) => {
    for (let i = 0; i < id.length; i++) put(pixels, i, shade(id[i], rgb.surface, light));
  }, false);
}

function drawKinks(context: CanvasRenderingContext2D, frame: Frame, picture: Picture, chosen: [number, number] | null) {
  const { lines, text } = colours();
  const line = picture.size[0] === 1;
  for (const kink of picture.kinks) {
    const ends = u16(kink.lines);
    const isChosen = chosen !== null && chosen[0] === kink.layer && chosen[1] === kink.unit;
    context.beginPath();
    const x = (at: number) => frame.left + (at / 65535) * frame.width, y = (at: number) => frame.top + (1 - at / 65535) * frame.height;
    if (line) {
      for (const at of ends) {
        context.moveTo(x(at), frame.top);
        context.lineTo(x(at), frame.top + frame.height);
      }
    } else {
      for (let i = 0; i + 3 < ends.length; i += 4) {
        context.moveTo(x(ends[i]), y(ends[i + 1]));
        context.lineTo(x(ends[i + 2]), y(ends[i + 3]));
      }
    }
    context.lineWidth = isChosen ? 5 : 3.5;
    context.strokeStyle = text.surface;
    context.stroke();
    context.lineWidth = isChosen ? 2.5 : 1.4;
    context.strokeStyle = isChosen ? text.ink : lines[(kink.layer - 1) % lines.length];
    context.stroke();
  }
}

// Each class has a mark of its own, so that colour is not needed to tell them apart.
export function mark(context: CanvasRenderingContext2D, kind: number, x: number, y: number, size: number) {
  context.beginPath();
  switch (kind % 4) {
    case 0:
      context.arc(x, y, size, 0, 2 * Math.PI);
      break;
    case 1:
      context.rect(x - size * 0.88, y - size * 0.88, size * 1.76, size * 1.76);
      break;
    case 2:
      context.moveTo(x, y - size * 1.2);
      context.lineTo(x + size * 1.1, y + size * 0.8);
      context.lineTo(x - size * 1.1, y + size * 0.8);
      context.closePath();
      break;
    default:
      context.moveTo(x, y - size * 1.25);
      context.lineTo(x + size * 1.25, y);
      context.lineTo(x, y + size * 1.25);
      context.lineTo(x - size * 1.25, y);
      context.closePath();
  }
}

export function drawPoints(context: CanvasRenderingContext2D, frame: Frame, ends: Ends, points: Points, axes: [number, number], held: boolean) {
  const { classes, text } = colours();
  const inputs = points.inputs.length, x = f32(points.x), y = f32(points.y), part = u8(points.part);
  const regression = points.task === "regression", size = points.rows > 2000 ? 2 : points.rows > 600 ? 2.6 : 3.6;
  const value = inputs === 1 ? (row: number) => (regression ? y[row] : (ends.low[1] + ends.high[1]) / 2) : (row: number) => x[row * inputs + axes[1]];
  let low = Infinity, high = -Infinity;
  for (const target of y) {
    low = Math.min(low, target);
    high = Math.max(high, target);
  }
  for (let row = 0; row < part.length; row++) {
    if (!held && part[row] !== 0) continue;
    const kind = regression ? 0 : y[row];
    const shade = regression ? (inputs === 1 ? classes[0] : mix(classes[0], classes[1], (y[row] - low) / Math.max(high - low, 1e-12))) : classes[kind % classes.length];
    mark(context, kind, acrossOf(frame, ends, x[row * inputs + axes[0]]), upOf(frame, ends, value(row)), size);
    context.lineWidth = 1.2;
    if (part[row] === 0) {
      context.fillStyle = css(shade);
      context.fill();
      context.strokeStyle = text.surface;
      context.stroke();
    } else {
      context.fillStyle = text.surface;
      context.fill();
      context.strokeStyle = css(shade);
      context.stroke();
    }
  }
}

function drawCurve(context: CanvasRenderingContext2D, frame: Frame, ends: Ends, picture: Picture) {
  if (!("value" in picture.decision)) return;
  const value = f32(picture.decision.value), { text } = colours();
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  context.beginPath();
  value.forEach((answer, i) => context.lineTo(frame.left + ((i + 0.5) / value.length) * frame.width, upOf(frame, ends, answer)));
  context.lineWidth = 2.5;
  context.lineJoin = "round";
  context.strokeStyle = text.ink;
  context.stroke();
  context.restore();
}

export function drawPicture(context: CanvasRenderingContext2D, frame: Frame, ends: Ends, picture: Picture, view: View, classes: number, chosen: [number, number] | null) {
  const line = picture.size[0] === 1 && "value" in picture.decision;
  if (view === "regions") drawRegions(context, frame, picture);
  else if (!line) drawAnswers(context, frame, picture, classes);
  drawKinks(context, frame, picture, chosen);
  if (line) drawCurve(context, frame, ends, picture);
}

export function drawAxes(context: CanvasRenderingContext2D, frame: Frame, ends: Ends, labels: [string, string], vertical: boolean) {
  const { text } = colours();
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = text.soft;
  context.strokeStyle = text.line;
  context.lineWidth = 1;
  context.strokeRect(frame.left - 0.5, frame.top - 0.5, frame.width + 1, frame.height + 1);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const at of ticks(ends.low[0], ends.high[0], 6)) {
    const x = acrossOf(frame, ends, at);
    context.fillRect(x - 0.5, frame.top + frame.height, 1, 4);
    context.fillText(tickText(at), x, frame.top + frame.height + 6);
  }
  context.fillText(labels[0], frame.left + frame.width / 2, frame.top + frame.height + 19);
  if (!vertical) return;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const at of ticks(ends.low[1], ends.high[1], 6)) {
    const y = upOf(frame, ends, at);
    context.fillRect(frame.left - 4, y - 0.5, 4, 1);
    context.fillText(tickText(at), frame.left - 6, y);
  }
  context.save();
  context.translate(9, frame.top + frame.height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(labels[1], 0, 0);
  context.restore();
}
