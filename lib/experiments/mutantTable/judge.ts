/** What the explorer finds about a row of the mutant table, and about what repairs it. */
import type { MemoryModel } from "../../explorer/system.ts";
import type { Property, Witnesses } from "../../explorer/verdictData.ts";
import { check } from "../questions/check.ts";
import type { Outcome } from "../questions/verdict.ts";
import type { Asked, MutantRow } from "./row.ts";
import { modelsOf, questionOf } from "./row.ts";

/** The parts of a verdict that a page shows, as plain data. */
export interface Finding {
  readonly memoryModel: MemoryModel;
  readonly outcome: Outcome;
  /** What is violated; null where nothing is. */
  readonly property: Property | null;
  /** Some window was full: what holds, holds within windows so large. */
  readonly isBounded: boolean;
  readonly bounds: readonly string[];
  readonly states: number;
  readonly depth: number;
  /** What `sd.replay` takes; null where nothing is violated. */
  readonly schedule: string | null;
  /** What has happened at least once. */
  readonly witnesses: readonly (keyof Witnesses)[];
}

/** A row with what was found under each memory model that it is asked under. */
export interface JudgedRow {
  readonly row: MutantRow;
  readonly found: readonly Finding[];
  /** The same for every repaired variant. */
  readonly repaired: Readonly<Record<string, readonly Finding[]>>;
}

/** Asks a row and its repaired variants; under `models` only, if given. */
export async function judgeRow(
  row: MutantRow,
  models: readonly MemoryModel[] = modelsOf(row),
): Promise<JudgedRow> {
  const repaired: Record<string, readonly Finding[]> = {};
  for (const [name, asked] of Object.entries(row.fixed)) {
    repaired[name] = await findings(row, asked, models);
  }
  return { row, found: await findings(row, row.question, models), repaired };
}

async function findings(
  row: MutantRow,
  asked: Asked,
  models: readonly MemoryModel[],
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const memoryModel of models) {
    const verdict = await check(questionOf(row, asked, memoryModel));
    const { outcome, property = null, isBounded, bounds, states, depth, schedule } = verdict;
    const witnesses = (Object.keys(verdict.witnesses) as (keyof Witnesses)[]).filter(
      (name) => verdict.witnesses[name],
    );
    found.push({
      ...{ memoryModel, outcome, property, isBounded, bounds, states, depth, schedule, witnesses },
    });
  }
  return found;
}
