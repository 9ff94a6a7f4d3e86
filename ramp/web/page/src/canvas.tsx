// A canvas that is as sharp as the screen, and is drawn when what it shows changes: at most once a frame.
import { useEffect, useRef } from "preact/hooks";
import { palette } from "./colours";
import type { Value } from "./value";

export interface CanvasProps {
  class?: string;
  watch: readonly Pick<Value<unknown>, "watch">[];
  deps: readonly unknown[];
  draw: (context: CanvasRenderingContext2D, width: number, height: number, ratio: number) => void;
}

export function Canvas(props: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    let asked = 0;
    const draw = () => {
      asked = 0;
      const width = element.clientWidth, height = element.clientHeight;
      if (width === 0 || height === 0) return;
      const ratio = window.devicePixelRatio || 1;
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
      }
      const context = element.getContext("2d")!;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      props.draw(context, width, height, ratio);
    };
    const ask = () => { asked ||= requestAnimationFrame(draw); };
    const stops = [...props.watch, palette].map((value) => value.watch(ask));
    const size = new ResizeObserver(ask);
    size.observe(element);
    draw();
    return () => {
      for (const stop of stops) stop();
      size.disconnect();
      cancelAnimationFrame(asked);
    };
  }, [...props.deps, ...props.watch]);
  return <canvas ref={canvas} class={props.class} aria-hidden="true" />;
}
