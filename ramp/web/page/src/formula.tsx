// Formulas of the tables, which are plain text, as MathML: powers, fractions stay on the line, names upright.
import type { ComponentChildren } from "preact";

const tokens = /(\d+(?:\.\d+)?|[A-Za-z_]+|<=|>=|[-+*/^()|,:?<>=]|\S)/g;
const operators: Record<string, string> = { "-": "\u2212", "*": "\u00b7", "<=": "\u2264", ">=": "\u2265", "?": "\u2009then\u2009", ":": "\u2009else\u2009" };
const names: Record<string, string> = { alpha: "\u03b1", beta: "\u03b2", lambda: "\u03bb", inf: "\u221e" };

export function Formula({ text, left }: { text: string; left: string }) {
  const parts = text.match(tokens) ?? [];
  let at = 0;
  const element = (Tag: "mn" | "mi" | "mo", what: string) => <Tag>{what}</Tag>;
  const one = (): ComponentChildren => {
    const part = parts[at++];
    let base: ComponentChildren;
    if (part === "(") {
      const inside: ComponentChildren[] = [];
      while (at < parts.length && parts[at] !== ")") inside.push(one());
      at++;
      base = <mrow><mo>(</mo>{inside}<mo>)</mo></mrow>;
    } else if (/^\d/.test(part)) {
      base = element("mn", part);
    } else if (/^[A-Za-z_]/.test(part)) {
      const name = names[part] ?? part, product = name.length > 1 && /^[A-Za-z_]/.test(parts[at] ?? "");
      base = part === "sqrt" && at < parts.length ? <msqrt>{one()}</msqrt> : <>{element("mi", name)}{product && <mspace width="0.25em" />}</>;
    } else {
      base = element("mo", operators[part] ?? part);
    }
    if (parts[at] !== "^") return base;
    at++;
    const minus = parts[at] === "-";
    if (minus) at++;
    const power = one();
    return <msup><mrow>{base}</mrow><mrow>{minus && <mo>{"\u2212"}</mo>}{power}</mrow></msup>;
  };
  const all: ComponentChildren[] = [];
  while (at < parts.length) all.push(one());
  return <math aria-label={`${left} = ${text}`}><mrow><mtext>{left}</mtext><mo>=</mo>{all}</mrow></math>;
}
