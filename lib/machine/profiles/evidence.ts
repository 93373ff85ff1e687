/** Short ways to write one row of a cost table. */
import type { Cost, CostTable, Evidence } from "../costs.ts";

/** A plausible range in ns: low, high. */
type Range = readonly [number, number];

/** Published, or derived from published figures as `source` says. ns per unit. */
export function cited(ns: number, source: string, range: Range): Cost {
  return { ns, evidence: "cited", source, range };
}

/** Measured by this project. ns per unit. */
export function measured(ns: number, source: string, range: Range): Cost {
  return { ns, evidence: "measured", source, range };
}

/** No figure is known: `source` says what the choice rests on. ns per unit. */
export function assumed(ns: number, source: string, range: Range): Cost {
  return { ns, evidence: "assumed", source, range };
}

/** Costs of one platform lent to another one, for which they are no better than assumptions. */
export function lent<Part extends Partial<CostTable>>(costs: Part, from: string): Part {
  const evidence: Evidence = "assumed";
  const rows = Object.entries(costs).map(([key, cost]) => {
    return [key, { ...cost, evidence, source: `${from}: ${cost.source}` }];
  });
  return Object.fromEntries(rows) as Part;
}
