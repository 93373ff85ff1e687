/** Shares of a sweep: what one task of an array or one host of GNU parallel computes. */
import { checkInteger } from "../../base/check.ts";
import { impossible } from "../../base/messages.ts";
import { threads } from "../executors/threads.ts";
import { coordinate } from "./coordinate.ts";
import type { PlanCell } from "./plan.ts";
import { readCoordination, type SweepOptions } from "./sweep.ts";
import { SweepStore } from "./sweepStore.ts";

/** One of several shares. */
export interface Share {
  /** 0…of − 1 */
  readonly index: number;
  readonly of: number;
}

/**
 * The keys of a share: cells, costliest first, are dealt out to and fro, so that all shares take
 * about equally long. It depends on the plan alone, not on what is done.
 */
export function keysOfShare(cells: readonly PlanCell[], { index, of }: Share): ReadonlySet<string> {
  const costs = new Map(cells.map(({ key, cost }) => [key, cost]));
  const sorted = [...costs].sort(([a, costA], [b, costB]) => costB - costA || (a < b ? -1 : 1));
  const keys = new Set<string>();
  sorted.forEach(([key], i) => {
    const turn = i % of;
    const round = Math.floor(i / of);
    if ((round % 2 === 0 ? turn : of - 1 - turn) === index) keys.add(key);
  });
  return keys;
}

/**
 * Computes the missing cells of a share on `workers` threads. Throws SD004 for a sweep with a stop
 * rule, which needs somebody who sees all results; else as `coordinate`.
 */
export async function computeShare(
  folder: string,
  share: Share,
  workers: number,
  options: SweepOptions,
): Promise<SweepStore> {
  checkInteger("shares", share.of, 1, 1e6);
  checkInteger("share", share.index, 0, share.of - 1);
  const store = SweepStore.open(folder);
  refuseStopRule(store);
  const keys = keysOfShare(store.plan.cells, share);
  const executor = threads({ workers });
  const coordination = readCoordination(executor, options);
  await coordinate(store, executor, { ...coordination, share: ({ key }) => keys.has(key) });
  return store;
}

/** Throws SD004 for a sweep with a stop rule. */
export function refuseStopRule({ plan }: Pick<SweepStore, "plan">): void {
  if (plan.stop === null) return;
  throw impossible("stop", plan.stop.column, "shares do not see one another's results");
}
