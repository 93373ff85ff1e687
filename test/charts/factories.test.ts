import { describe, expect, it } from "vitest";
import { LogHistogram } from "../../lib/base/histogram.ts";
import { chart } from "../../lib/charts/charts.ts";
import { tableFrom } from "../../lib/tables/frame.ts";
import { sweep } from "./runs.ts";

/** The texts of the picture, in the order they are drawn. */
async function textsOf(drawn: { toSvg(): Promise<string> }): Promise<string[]> {
  const svg = await drawn.toSvg();
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map((match) => match[1] ?? "");
}

describe("a trade-off chart", () => {
  it("shows saving against cost, by name and assumption", async () => {
    const drawn = chart.tradeoff(sweep, {
      x: "ipis_saved",
      y: "gup_fast_overhead_pct",
      color: "linux",
      size: "cpus",
    });
    const texts = await textsOf(drawn);
    for (const text of [
      "GUP-fast overhead against IPIs saved",
      "Built on assumed costs",
      "GUP-fast overhead (%)",
      "10M",
      "mainline",
      "4,096",
    ]) {
      expect(texts).toContain(text);
    }
  });

  it("has one panel a value, headed in order", async () => {
    const drawn = chart.tradeoff(sweep, {
      x: "ipis_saved",
      y: "gup_fast_overhead_pct",
      color: "linux",
      facet: "cpus",
    });
    const texts = await textsOf(drawn);
    expect(texts.filter((text) => text.startsWith("CPUs: "))).toEqual([
      "CPUs: 4",
      "CPUs: 64",
      "CPUs: 4096",
    ]);
    expect(texts.filter((text) => text === "GUP-fast overhead (%)")).toHaveLength(1);
  });
});

describe("a line chart", () => {
  it("names up to six lines at their ends and measured points at the ticks", async () => {
    const texts = await textsOf(chart.lines(sweep, { x: "cpus", y: "ipis", color: "linux" }));
    expect(texts).toContain("4,096");
    expect(texts.filter((text) => text === "targeted")).toHaveLength(1);
    expect(texts).not.toContain("Linux");
  });

  it("has a legend when there are more lines", async () => {
    const rows = "abcdefg".split("").flatMap((linux) => [1, 2].map((x) => ({ linux, x, y: x })));
    const texts = await textsOf(chart.lines(tableFrom(rows), { x: "x", y: "y", color: "linux" }));
    expect(texts).toContain("Linux");
  });

  it("averages repeated rows, with their range, and counts rows without a value", () => {
    const table = tableFrom([
      { x: 1, y: 10 },
      { x: 1, y: 20 },
      { x: 2, y: 5 },
      { x: 3, y: null },
    ]);
    const drawn = chart.lines(table, { x: "x", y: "y" });
    expect(drawn.spec.data).toEqual({
      values: [
        { x: 1, y: 15, _low: 10, _high: 20, _repeats: 2 },
        { x: 2, y: 5 },
      ],
    });
    expect(drawn.toText()).toContain("Mean of up to 2 runs; the band spans all of them");
    expect(drawn.toText()).toContain("1 row without a value is not drawn");
  });

  it("puts names on the x axis in order of appearance", () => {
    const table = tableFrom([
      { release: "6.12", y: 1 },
      { release: "6.1", y: 2 },
    ]);
    expect(chart.lines(table, { x: "release", y: "y" }).toText()).toContain("x: Release\n");
  });
});

describe("a bar chart", () => {
  it("writes amounts at the bars, and lies down when names are long", async () => {
    const cases = ["collapse of anonymous memory", "munmap of 1 GiB", "hugetlb unshare", "exit"];
    const table = tableFrom(cases.map((name, i) => ({ case: name, ipis: 10 ** (2 * i) })));
    const drawn = chart.bars(table, { x: "case", y: "ipis" });
    expect(await textsOf(drawn)).toContain("1,000,000");
    expect(JSON.stringify(drawn.spec.layer)).toContain('"y":{"field":"case"');
    expect(drawn.toText()).toContain("x: IPIs, linear scale");
  });

  it("puts groups side by side instead of on top of each other", () => {
    const drawn = chart.bars(sweep, { x: "cpus", y: "ipis", color: "linux" });
    expect(JSON.stringify(drawn.spec.layer)).toContain('"xOffset":{"field":"linux"');
  });
});

describe("an agreement chart", () => {
  it("has the same axes both ways and draws equal points once", () => {
    const table = tableFrom([
      { measured: 0, predicted: 0 },
      { measured: 130_078, predicted: 130_048 },
      { measured: 0, predicted: 0 },
    ]);
    const drawn = chart.agreement(table, { measured: "measured", predicted: "predicted" });
    expect(drawn.rows).toBe(2);
    expect(drawn.toText()).toContain("3 rows at 2 points; the line is equality");
    expect(drawn.toText()).toContain("x: Measured, symlog scale\ny: Predicted, symlog scale");
  });
});

describe("a distribution chart", () => {
  it("takes the buckets of a histogram, whose highest value belongs to them", () => {
    const histogram = new LogHistogram();
    for (const value of [3, 3, 100]) histogram.record(value);
    const rows = histogram.buckets().map((bucket) => ({ ...bucket }));
    const drawn = chart.distribution(tableFrom(rows), { xTitle: "wait" });
    expect(drawn.spec.data).toEqual({
      values: [
        { lo: 3, hi: 3, count: 2, _end: 4 },
        { lo: 100, hi: 103, count: 1, _end: 104 },
      ],
    });
    expect(drawn.title).toBe("Distribution of wait");
  });

  it("puts series below each other on one axis", async () => {
    const table = tableFrom([
      { linux: "mainline", ns_lo: 100, ns_hi: 110, count: 5 },
      { linux: "skip", ns_lo: 90_000, ns_hi: 99_000, count: 5 },
    ]);
    const drawn = chart.distribution(table, { lo: "ns_lo", hi: "ns_hi", series: "linux" });
    const texts = await textsOf(drawn);
    expect(texts).toContain("Linux: skip");
    expect(texts.filter((text) => text === "10 µs")).toHaveLength(1);
  });
});

describe("every chart", () => {
  it("names the nearest column and option when one is wrong", () => {
    expect(() => chart.lines(sweep, { x: "cpu", y: "ipis" })).toThrow(
      "SD009: unknown column: cpu (did you mean cpus?)",
    );
    expect(() => chart.bars(sweep, { x: "cpus", y: "ipis", colour: "linux" } as never)).toThrow(
      'SD002: unknown chart.bars option: "colour"',
    );
    expect(() => chart.bars(sweep, { x: "cpus" } as never)).toThrow("SD003: missing y");
    expect(() => chart.lines(sweep, { x: "cpus", y: "ipis", yScale: "lgo" as "log" })).toThrow(
      'SD002: unknown yScale: "lgo" (expected linear, log; did you mean "log"?)',
    );
  });

  it("wants numbers where it measures, and few series", () => {
    expect(() => chart.lines(sweep, { x: "cpus", y: "linux" })).toThrow(
      'SD001: invalid column linux: "mainline" (expected numbers)',
    );
    const many = tableFrom(Array.from({ length: 9 }, (_, y) => ({ name: `s${y}`, x: 1, y })));
    expect(() => chart.lines(many, { x: "x", y: "y", color: "name" })).toThrow(
      'SD001: invalid color: "name" (expected a column of at most 8 values, not 9)',
    );
  });

  it("draws empty and constant tables", async () => {
    const tables = [tableFrom([], ["x", "y"]), tableFrom([{ x: 4, y: 0 }])];
    for (const table of tables) {
      expect(await chart.lines(table, { x: "x", y: "y" }).toSvg()).not.toContain("NaN");
    }
  });
});
