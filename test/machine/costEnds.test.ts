import { describe, expect, it } from "vitest";
import type { CostChoice, CostEnd } from "../../lib/machine/costEnds.ts";
import type { CostKey } from "../../lib/machine/costs.ts";
import { machine } from "../../lib/machine/machine.ts";
import { machines } from "../../lib/machine/presets.ts";

const base = machines.icelake64;
const changed = (end: CostEnd, which?: CostChoice): string[] => {
  const other = base.withCostsAt(end, which).costs;
  return base
    .costRows()
    .filter(({ step, ns }) => other[step].ns !== ns)
    .map(({ step }) => step);
};

describe("costs at an end of their ranges", () => {
  it.each([
    ["low", "range_lo"],
    ["high", "range_hi"],
  ] as const)("at the %s end, every cost that has a range stands there", (end, column) => {
    const at = base.withCostsAt(end).costs;
    for (const row of base.costRows()) expect(at[row.step].ns).toBe(row[column] ?? row.ns);
    expect(changed(end).length).toBeGreaterThan(5);
  });

  it("takes costs of some evidence, and says what it did", () => {
    const assumed = base.costRows().filter(({ evidence }) => evidence === "assumed");
    const steps = assumed.map(({ step }) => step as string);
    const moved = changed("high", { evidence: ["assumed"] });
    expect(moved.length).toBeGreaterThan(0);
    expect(steps).toEqual(expect.arrayContaining(moved));
    const [step] = moved as [CostKey];
    const { evidence, range, source } = base.withCostsAt("high", { evidence: ["assumed"] }).costs[
      step
    ];
    expect({ evidence, range }).toEqual({ evidence: "assumed", range: base.costs[step].range });
    expect(source).toBe(`${base.costs[step].source}; high end of its range`);
  });

  it("takes some steps", () => {
    expect(changed("low", { steps: ["fenceFull"] })).toEqual(["fenceFull"]);
    expect(changed("low", { steps: [] })).toEqual([]);
  });

  it("names what it does not know", () => {
    const unranged = machine({ costs: { load: 1 } });
    const at = (end: unknown, which?: unknown) => () =>
      unranged.withCostsAt(end as CostEnd, which as CostChoice);
    expect(at("lo")).toThrow('unknown end: "lo" (expected low, high; did you mean "low"?)');
    expect(at("low", { evidence: ["assume"] })).toThrow('unknown evidence: "assume"');
    expect(at("low", { steps: ["fenceful"] })).toThrow('"fenceFull"');
    expect(at("low", { steps: "fenceFull" })).toThrow("SD001");
    expect(at("low", { step: ["fenceFull"] })).toThrow("SD002");
    expect(at("high", { steps: ["load"] })).toThrow("this cost has no range");
  });
});
