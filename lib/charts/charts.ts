/** The charts of the library, under one name: `chart.lines(table, { x: "cpus", y: "ipis" })`. */
import { agreement } from "./agreement.ts";
import { bars } from "./bars.ts";
import { Chart } from "./chart.ts";
import { distribution } from "./distribution.ts";
import type { ChartSpec } from "./guard.ts";
import { lines } from "./lines.ts";
import {
  callSites,
  flushReasons,
  interrupters,
  interruptsByCpu,
  rates,
  sendLatencies,
} from "./observed.ts";
import { swimlanes } from "./swimlanes.ts";
import { palette, themeConfig } from "./theme.ts";
import { tradeoff } from "./tradeoff.ts";
import { verdicts } from "./verdicts.ts";

/** Table to chart; each function names the columns it needs in its options. */
export const chart: {
  readonly tradeoff: typeof tradeoff;
  readonly lines: typeof lines;
  readonly bars: typeof bars;
  readonly agreement: typeof agreement;
  readonly distribution: typeof distribution;
  readonly interruptsByCpu: typeof interruptsByCpu;
  readonly sendLatencies: typeof sendLatencies;
  readonly interrupters: typeof interrupters;
  readonly callSites: typeof callSites;
  readonly flushReasons: typeof flushReasons;
  readonly rates: typeof rates;
  readonly swimlanes: typeof swimlanes;
  readonly verdicts: typeof verdicts;
  readonly vegaLite: typeof vegaLite;
} = Object.freeze({
  tradeoff,
  lines,
  bars,
  agreement,
  distribution,
  interruptsByCpu,
  sendLatencies,
  interrupters,
  callSites,
  flushReasons,
  rates,
  swimlanes,
  verdicts,
  vegaLite,
});

/**
 * A chart from a Vega-Lite specification of one's own, with inline data. Without a `config` it gets
 * the fonts and colours of the other charts. Throws SD011 when it names a resource or a link, SD010
 * when it carries more than 5,000 rows.
 */
export function vegaLite(spec: ChartSpec): Chart {
  if (typeof spec !== "object" || spec === null || spec.config !== undefined)
    return new Chart(spec);
  return new Chart({ ...spec, config: { ...themeConfig(), range: { category: palette } } });
}
