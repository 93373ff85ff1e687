/** Hostile names of columns and hostile values in every kind of chart: they come out as text. */
import { parseFragment } from "parse5";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { displayed } from "../../lib/display/bundle.ts";
import * as sd from "../../lib/index.ts";
import { dangersIn, hidden, payloads } from "../kernel/report/dangers.ts";

const scope = globalThis as { alert?: (value: unknown) => void };
let alerts = 0;

beforeEach(() => {
  alerts = 0;
  scope.alert = () => {
    alerts += 1;
  };
});

afterEach(() => {
  delete scope.alert;
});

/** Every kind of chart whose columns have names of one's own. */
const kinds: Readonly<Record<string, (name: string) => sd.Chart>> = {
  bars: (name) =>
    sd.chart.bars(rows(name, 2), {
      ...{ x: `${name} x`, y: `${name} y`, color: `${name} c`, facet: `${name} f`, title: name },
    }),
  lines: (name) =>
    sd.chart.lines(rows(name, 4), { x: `${name} n`, y: `${name} y`, color: `${name} c` }),
  tradeoff: (name) =>
    sd.chart.tradeoff(rows(name, 4), { x: `${name} n`, y: `${name} y`, color: `${name} c` }),
  agreement: (name) =>
    sd.chart.agreement(rows(name, 4), {
      ...{ measured: `${name} n`, predicted: `${name} y`, color: `${name} c` },
    }),
  distribution: (name) =>
    sd.chart.distribution(rows(name, 4), {
      ...{ lo: `${name} n`, hi: `${name} h`, count: `${name} y`, series: `${name} c`, title: name },
    }),
  verdicts: (name) =>
    sd.chart.verdicts(
      sd.table([
        { change: name, [name]: name, verdict: "violated", property: name },
        { change: "none", [name]: name, verdict: "holds", property: "" },
      ]),
      { column: name, title: name },
    ),
};

function rows(name: string, count: number): ReturnType<typeof sd.table> {
  return sd.table(
    Array.from({ length: count }, (_, i) => ({
      [`${name} x`]: `${name} ${i}`,
      [`${name} n`]: i + 1,
      [`${name} h`]: i + 2,
      [`${name} y`]: 3 * i + 2,
      [`${name} c`]: name,
      [`${name} f`]: name,
    })),
  );
}

describe.each(Object.entries(kinds))("%s", (kind, chartOf) => {
  // Each text in two of the six kinds: pictures take their time.
  const turn = Object.keys(kinds).indexOf(kind) % 3;
  const texts = payloads.filter((_, index) => index % 3 === turn);

  test("draws hostile texts as text, and runs none", { timeout: 60_000 }, async () => {
    for (const payload of texts) {
      const chart = chartOf(payload);
      const svg = await chart.toSvg();
      expect([payload, dangersIn(parseFragment(svg), ["svg"])]).toEqual([payload, []]);
      const { data } = (await displayed(chart))!;
      expect(data["text/html"]).toBeUndefined();
      expect([payload, String(data["text/plain"])]).toEqual([
        payload,
        expect.not.stringMatching(hidden),
      ]);
    }
    expect(alerts).toBe(0);
  });
});
