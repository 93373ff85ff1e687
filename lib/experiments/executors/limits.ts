/** The limits of a cell, as options give them. */
import { checkInteger } from "../../base/check.ts";
import { impossible } from "../../base/messages.ts";
import { type CellLimits, DEFAULT_LIMITS, type Executor } from "./executor.ts";

/** Limits that were asked for; what is undefined has its default. */
export type GivenLimits = {
  readonly [Name in keyof CellLimits]?: CellLimits[Name] | undefined;
};

/**
 * Limits with defaults. Throws SD001 for values that cannot be, SD004 for a limit that was asked
 * for and that this executor cannot hold: it is never passed over.
 */
export function limitsFor(
  executor: Pick<Executor, "name" | "without">,
  given: GivenLimits,
): CellLimits {
  const { timeoutMs, memoryMb, attempts } = { ...DEFAULT_LIMITS, ...onlyGiven(given) };
  const limits = {
    timeoutMs: checkInteger("timeoutMs", timeoutMs, 0, 1e9),
    memoryMb: checkInteger("memoryMb", memoryMb, 8, 1e6),
    attempts: checkInteger("attempts", attempts, 1, 100),
  };
  for (const name of executor.without ?? []) {
    if (given[name] === undefined) continue;
    throw impossible(
      name,
      given[name],
      `the executor ${executor.name} cannot hold it: use threads`,
    );
  }
  return limits;
}

/** The limits that are given. */
export function onlyGiven({ timeoutMs, memoryMb, attempts }: GivenLimits): Partial<CellLimits> {
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(attempts === undefined ? {} : { attempts }),
  };
}
