import { describe, expect, it } from "vitest";
import { chart } from "../../lib/charts/charts.ts";
import { tableFrom } from "../../lib/tables/frame.ts";
import { sweep } from "./runs.ts";

type Node = Record<string, unknown>;

/** Every tooltip of a specification, and the data fields that it names. */
function tooltips(node: unknown): { fields: string[]; titles: string[] }[] {
  if (Array.isArray(node)) return node.flatMap(tooltips);
  if (typeof node !== "object" || node === null) return [];
  const { tooltip } = node as Node;
  const own = Array.isArray(tooltip) ? (tooltip as Node[]) : [];
  const found = own.length === 0 ? [] : [namesOf(own)];
  return [...found, ...Object.values(node).flatMap(tooltips)];
}

function namesOf(channel: readonly Node[]): { fields: string[]; titles: string[] } {
  const texts = (key: string): string[] => channel.map((one) => String(one[key]));
  return { fields: texts("field"), titles: texts("title") };
}

describe("a tooltip", () => {
  it("says the columns that were asked for and no field that only places marks", () => {
    const verdicts = tableFrom([{ change: "none", verdict: "holds", property: "" }]);
    const buckets = tableFrom([{ lo: 1, hi: 2, count: 3 }]);
    const lines = chart.lines(sweep, { x: "cpus", y: "ipis", color: "linux" });
    const charts = {
      "linux cpus ipis": lines,
      "cpus linux ipis": chart.bars(sweep, { x: "cpus", y: "ipis", color: "linux" }),
      "change verdict property": chart.verdicts(verdicts),
      "lo hi count": chart.distribution(buckets),
    };
    for (const [fields, { spec }] of Object.entries(charts)) {
      expect(tooltips(spec).map((one) => one.fields.join(" "))).toEqual([fields]);
    }
    expect(JSON.stringify(lines.spec)).not.toContain('"content":"data"');
  });

  it("tells the range of repeated rows", () => {
    const table = tableFrom([1, 2].map((y) => ({ x: 1, y })));
    const [tooltip] = tooltips(chart.lines(table, { x: "x", y: "y" }).spec);
    expect(tooltip?.titles).toEqual(["x", "y", "lowest", "highest", "runs"]);
  });

  it("has no name of foreign data in it", () => {
    const name = 'a"+alert(1)+"';
    const table = tableFrom([{ [name]: 1, y: 2 }]);
    const [tooltip] = tooltips(chart.lines(table, { x: name, y: "y" }).spec);
    expect(tooltip).toEqual({ fields: ["a__alert_1___", "y"], titles: ["a__alert_1___", "y"] });
  });
});

describe("a chart of verdicts", () => {
  it("names every column, also where names are as wide as their cells", async () => {
    const columns = ["weak, 4 steps", "weak, 8 steps", "weak, 12 steps", "x86-tso, 3 CPUs"];
    const rows = columns.map((column) => ({ row: "a", column, verdict: "holds", property: "" }));
    const svg = await chart.verdicts(tableFrom(rows), { row: "row", column: "column" }).toSvg();
    for (const name of columns) expect(svg).toContain(`>${name}<`);
    expect(svg.match(/opacity="0"/g)).toBeNull();
  });

  it("says where nothing was asked", async () => {
    const rows = [
      { row: "a", column: "x", verdict: "holds", property: "" },
      { row: "b", column: "y", verdict: "holds", property: "" },
    ];
    const drawn = chart.verdicts(tableFrom(rows), { row: "row", column: "column" });
    expect((await drawn.toSvg()).match(/not asked/g)).toHaveLength(2);
    expect(drawn.rows).toBe(2);
  });
});
