/** Computing stored cells again: equal bytes, or the store is not what it seems. */
import { hash } from "node:crypto";
import { type CellLimits, DEFAULT_LIMITS, type Executor } from "../executors/executor.ts";
import { isProblem, keyOf, readOutcome } from "../store/outcome.ts";
import type { PlanCell } from "./plan.ts";
import type { SweepStore } from "./sweepStore.ts";

/** What a verification found. */
export interface Verification {
  /** Cells that were computed again, to their end. */
  readonly checked: number;
  /** Keys of cells that came out differently. */
  readonly different: readonly string[];
  /** Keys of cells that ended their worker, or needed more time or memory than they were given. */
  readonly failed: readonly string[];
}

/** What to verify and how. */
export interface VerifyOptions {
  /** Default: those of a sweep without options. */
  readonly limits?: CellLimits;
  readonly signal?: AbortSignal;
  /** Chooses the cells; another seed, other cells. Default 1. */
  readonly seed?: number;
}

/**
 * Computes `count` stored cells again and compares bytes; the store stays as it is. Failures that
 * the circumstances caused are not compared.
 */
export async function verify(
  store: SweepStore,
  executor: Executor,
  count: number,
  { limits = DEFAULT_LIMITS, signal = new AbortController().signal, seed = 1 }: VerifyOptions = {},
): Promise<Verification> {
  const cells = chosenCells(store, count, seed);
  const again = new Map<string, string>();
  const emit = (text: string): unknown => again.set(keyOf(text)!, text);
  await executor.run({ cells, limits, signal, folder: undefined, emit });
  const keysWhere = (holds: (key: string, text: string) => boolean): string[] =>
    [...again].flatMap(([key, text]) => (holds(key, text) ? [key] : [])).sort();
  const failed = keysWhere((_, text) => !isFinal(text));
  const different = keysWhere((key, text) => isFinal(text) && store.rows.text(key) !== text);
  return { checked: again.size - failed.length, different, failed };
}

/** The cells whose keys, hashed with the seed, come first. */
function chosenCells(store: SweepStore, count: number, seed: number): readonly PlanCell[] {
  const ranks = new Map<string, { cell: PlanCell; rank: string }>();
  for (const cell of store.needed()) {
    const text = store.rows.text(cell.key);
    if (text === undefined || !isFinal(text)) continue;
    ranks.set(cell.key, { cell, rank: hash("sha256", `${seed} ${cell.key}`, "hex") });
  }
  return [...ranks.values()]
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ cell }) => cell);
}

function isFinal(text: string): boolean {
  return !isProblem(text) || readOutcome(text).problem?.kind === "threw";
}
