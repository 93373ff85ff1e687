import { describe, expect, test } from "vitest";
import { swimlanes } from "../../lib/charts/swimlanes.ts";
import { verdicts } from "../../lib/charts/verdicts.ts";
import { tableFrom } from "../../lib/tables/frame.ts";

const HOSTILE = `<img src=x onerror="alert(1)">&</text>`;

function step(number: number, cpu: number, more: object = {}) {
  const base = { program: cpu === 0 ? "collapse" : "walker", transition: "step", did: "load" };
  return { turn: number, cpu, ...base, saw: "", violates: "", ...more };
}

/** The marks of a layer by field. */
function values(chart: { spec: Readonly<Record<string, unknown>> }, field: string): unknown[] {
  const { values: rows } = chart.spec.data as { values: Record<string, unknown>[] };
  return rows.map((row) => row[field]);
}

describe("swim lanes", () => {
  const table = tableFrom([
    step(1, 0, { did: "WRITE_ONCE(pmd[table])" }),
    step(2, 2, { transition: "drain", saw: "3" }),
    step(3, 0, { violates: "P-UAF" }),
  ]);

  test("a lane for each CPU up to the last, a mark for each step in its lane", async () => {
    const chart = swimlanes(table);
    const [first, second, third] = values(chart, "_x") as number[];
    expect(third).toBe(first);
    expect(second! - first!).toBe((2 / 3) * Number(chart.spec.width));
    expect(values(chart, "_label")).toEqual([
      "WRITE_ONCE(pmd[table])",
      "load = 3",
      "load  (P-UAF)",
    ]);
    const svg = await chart.toSvg();
    for (const name of ["CPU 0: collapse", "CPU 1", "CPU 2: walker"]) expect(svg).toContain(name);
  });

  test("the step that breaks a property has a colour that no other step has", () => {
    const inks = values(swimlanes(table), "_ink");
    expect(inks.filter((ink) => ink === inks[2])).toHaveLength(1);
    expect(swimlanes(table).title).toBe("A schedule that breaks P-UAF");
  });

  test("long and hostile texts are cut and escaped", async () => {
    const svg = await swimlanes(tableFrom([step(1, 0, { did: HOSTILE.repeat(4) })])).toSvg();
    expect(svg).not.toContain("<img");
    expect(svg).toContain("…");
  });

  test("a table of another kind is refused by name", () => {
    expect(() => swimlanes(tableFrom([{ turn: 1 }]))).toThrow("SD009");
  });
});

describe("verdicts", () => {
  const row = (change: string, model: string, verdict: string, property = "") => ({
    ...{ change, model, verdict, property },
  });
  const table = tableFrom([
    row("none", "sc", "holds"),
    row("none", "x86-tso", "holds"),
    row("without sync:smp_mb", "sc", "holds"),
    row("without sync:smp_mb", "x86-tso", "violated", "P-UAF"),
  ]);

  test("a row a change, a column a setting, in words and in colour", async () => {
    const chart = verdicts(table, { column: "model" });
    expect(values(chart, "_label")).toEqual(["holds", "holds", "holds", "violated P-UAF"]);
    const [fill, , , red] = values(chart, "_fill");
    expect(red).not.toBe(fill);
    const svg = await chart.toSvg();
    for (const text of ["as it is", "x86-tso", "without sync:smp_mb"]) expect(svg).toContain(text);
  });

  test("hostile names are escaped", async () => {
    const svg = await verdicts(tableFrom([row(HOSTILE, HOSTILE, "holds")])).toSvg();
    expect(svg).not.toContain("<img");
  });

  test("absent columns and unknown options are refused by name", () => {
    expect(() => verdicts(table, { column: "modell" })).toThrow("SD009");
    expect(() => verdicts(table, { columns: "model" } as object)).toThrow(/did you mean "column"/);
  });
});
