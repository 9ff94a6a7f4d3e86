// Bars with their numbers beside them, and the ends of their intervals.
import { short } from "./format";
import type { Figure, LabBars } from "./protocol";

// Of 100 that a bar is wide.
function Bar({ value, low, high, mark, most, colour }: { value: Figure; low: Figure; high: Figure; mark: Figure; most: number; colour: number }) {
  const at = (figure: number) => (100 * Math.max(0, figure)) / most;
  return (
    <svg class={`bar fill-${colour % 8}`} viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      {value !== null && <rect x="0" y="1" width={at(value)} height="10" />}
      {low !== null && high !== null && <path class="ends" d={`M${at(low)} 6H${at(high)}`} />}
      {mark !== null && <path class="mark" d={`M${at(mark)} 0V12`} />}
    </svg>
  );
}

export function BarsView({ bars }: { bars: LabBars }) {
  const { rows, series, mark } = bars;
  return (
    <figure class="bars">
      <figcaption>{bars.title}</figcaption>
      {bars.panels.map((panel) => {
        const shown = [...panel.values.flat(), ...panel.high.flat(), mark].filter((value): value is number => value !== null);
        const most = Math.max(1e-30, ...shown);
        return (
          <table key={panel.title}>
            <caption>{[panel.title, bars.x_label].filter(Boolean).join(": ")}{mark !== null && ` (line at ${short(mark)})`}</caption>
            <tbody>
              {rows.flatMap((row, place) => series.map((name, colour) => {
                const value = panel.values[place]?.[colour] ?? null, low = panel.low[place]?.[colour] ?? null, high = panel.high[place]?.[colour] ?? null;
                return (
                  <tr key={`${row} ${name}`}>
                    {colour === 0 && <th scope="rowgroup" rowSpan={series.length}>{row}</th>}
                    {series.length > 1 && <th scope="row" class="soft">{name}</th>}
                    <td class="bar-cell"><Bar value={value} low={low} high={high} mark={mark} most={most} colour={colour} /></td>
                    <td class="number">{short(value)}{low !== null && low !== high && <span class="soft"> ({short(low)} to {short(high)})</span>}</td>
                  </tr>
                );
              }))}
            </tbody>
          </table>
        );
      })}
    </figure>
  );
}
