/** Costs at an end of their plausible ranges: how far does a conclusion depend on them? */
import { checkKeys, checkOneOf } from "../base/check.ts";
import { impossible, invalid } from "../base/messages.ts";
import {
  type Cost,
  type CostChanges,
  type CostKey,
  type CostTable,
  costKeys,
  type Evidence,
  evidences,
} from "./costs.ts";

/** An end of a range. */
export type CostEnd = "low" | "high";

/** Which costs move to an end; those that meet both conditions. */
export interface CostChoice {
  /** Kinds of evidence (default: all). */
  readonly evidence?: readonly Evidence[];
  /** Steps (default: all that have a range). */
  readonly steps?: readonly CostKey[];
}

/**
 * The chosen costs at one end of their ranges. Throws SD001 or SD002 for an unknown end, step or
 * kind of evidence, SD004 for a named step that has no range.
 */
export function costsAt(costs: CostTable, end: CostEnd, choice: CostChoice): CostChanges {
  const place = ["low", "high"].indexOf(checkOneOf("end", end, ["low", "high"]));
  checkKeys("withCostsAt", choice, ["evidence", "steps"]);
  const chosen = checkNames("evidence", choice.evidence, evidences) ?? evidences;
  const named = checkNames("steps", choice.steps, costKeys);
  const moved = (named ?? costKeys).flatMap((step): [CostKey, Cost][] => {
    const cost = costs[step];
    if (cost.range === undefined && named !== undefined) {
      throw impossible("steps", step, "this cost has no range");
    }
    if (cost.range === undefined || !chosen.includes(cost.evidence)) return [];
    const source = `${cost.source}; ${end} end of its range`;
    return [[step, { ...cost, ns: cost.range[place]!, source }]];
  });
  return Object.fromEntries(moved);
}

function checkNames<Name extends string>(
  field: string,
  names: readonly Name[] | undefined,
  known: readonly Name[],
): readonly Name[] | undefined {
  if (names === undefined) return undefined;
  if (!Array.isArray(names)) throw invalid(field, names, `a list of ${known.join(", ")}`);
  return names.map((name) => checkOneOf(field, name, known));
}
