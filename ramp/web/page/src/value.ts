// Values that parts of the page watch. What changes is told once a frame, so that only the newest is drawn.
import { useEffect, useState } from "preact/hooks";

const changed = new Set<Value<unknown>>();
let asked = false;

function tell() {
  asked = false;
  const values = [...changed];
  changed.clear();
  const watchers = new Set<() => void>();
  for (const value of values) for (const watcher of value.watchers) watchers.add(watcher);
  for (const watcher of watchers) watcher();
}

export class Value<T> {
  readonly watchers = new Set<() => void>();
  private now: T;
  constructor(first: T) { this.now = first; }
  get(): T { return this.now; }
  set(value: T) {
    if (Object.is(value, this.now)) return;
    this.now = value;
    changed.add(this as Value<unknown>);
    if (!asked) {
      asked = true;
      requestAnimationFrame(tell);
    }
  }
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => { this.watchers.delete(watcher); };
  }
}

// The value, in a component that is drawn again when it changes; at most every `pause` milliseconds.
export function useValue<T>(value: Value<T>, pause = 0): T {
  const [, draw] = useState(0);
  useEffect(() => {
    let drawn = performance.now(), late = 0;
    const drawNow = () => {
      late = 0;
      drawn = performance.now();
      draw((count) => count + 1);
    };
    const stop = value.watch(() => {
      const wait = drawn + pause - performance.now();
      if (wait <= 0) drawNow();
      else late ||= window.setTimeout(drawNow, wait);
    });
    // What changed between the first drawing and now.
    draw((count) => count + 1);
    return () => {
      stop();
      clearTimeout(late);
    };
  }, [value, pause]);
  return value.get();
}
