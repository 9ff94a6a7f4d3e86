// Labelled native controls.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export function Select({ label, value, options, set, hint }: {
  label: string; value: string; options: { value: string; text: string; title?: string }[]; set: (value: string) => void; hint?: string;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} title={hint} onChange={(event) => set(event.currentTarget.value)}>
        {options.map((option) => <option key={option.value} value={option.value} title={option.title}>{option.text}</option>)}
      </select>
    </label>
  );
}

// Follows the value, except while somebody types; is sent on Enter or when the field is left.
export function NumberField({ label, value, set, low, high, step, hint }: {
  label: string; value: number; set: (value: number) => void; low?: number; high?: number; step?: number | "any"; hint?: string;
}) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current && document.activeElement !== field.current) field.current.value = String(value);
  }, [value]);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        ref={field} type="number" min={low} max={high} step={step ?? "any"} title={hint} inputMode="decimal"
        onChange={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (Number.isFinite(next)) set(next);
          else event.currentTarget.value = String(value);
        }}
      />
    </label>
  );
}

export function TextField({ label, value, set, hint, wrong, rows = 1, onType }: {
  label: string; value: string; set: (value: string) => void; hint?: string; wrong?: string; rows?: number; onType?: (value: string) => void;
}) {
  const field = useRef<HTMLTextAreaElement>(null), id = useId();
  useEffect(() => {
    if (field.current && (document.activeElement !== field.current)) field.current.value = value;
  }, [value]);
  return (
    <div class="field wide">
      <label for={id}>{label}</label>
      <textarea
        id={id} ref={field} rows={rows} spellcheck={false} aria-invalid={wrong ? true : undefined} aria-describedby={wrong || hint ? `${id}-hint` : undefined}
        onInput={(event) => onType?.(event.currentTarget.value)}
        onChange={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            set(event.currentTarget.value);
          }
        }}
      />
      {(wrong || hint) && <p id={`${id}-hint`} class={wrong ? "wrong" : "soft"} role={wrong ? "status" : undefined}>{wrong ? `\u2715 ${wrong}` : hint}</p>}
    </div>
  );
}

export function Choice<T extends string>({ label, value, options, set, hidden = false }: {
  label: string; value: T; options: readonly { value: T; text: string }[]; set: (value: T) => void; hidden?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={hidden ? "unseen" : undefined}>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => set(option.value)} />
          <span>{option.text}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Switch({ label, on, set }: { label: ComponentChildren; on: boolean; set: (on: boolean) => void }) {
  return <label class="switch"><input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />{label}</label>;
}

export function CopyLine({ text, label }: { text: string; label: string }) {
  const button = useRef<HTMLButtonElement>(null);
  const copy = async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const selection = getSelection(), line = button.current!.previousElementSibling!;
      selection?.selectAllChildren(line);
      said = "Selected: copy it";
    }
    if (!button.current) return;
    button.current.textContent = said;
    setTimeout(() => { if (button.current) button.current.textContent = "Copy"; }, 1500);
  };
  return (
    <div class="copy-line">
      <code tabIndex={0} role="textbox" aria-readonly="true" aria-label={label}>{text}</code>
      <button ref={button} type="button" onClick={() => void copy()} aria-live="polite">Copy</button>
    </div>
  );
}

export function Bar({ done, of, label }: { done: number; of: number; label: string }) {
  return <progress value={of > 0 ? done : undefined} max={of || 1} aria-label={label} />;
}
