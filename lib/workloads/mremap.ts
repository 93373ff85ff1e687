import { canonicalJson } from "../base/canonical.ts";
import { checkInteger, checkKeys } from "../base/check.ts";
import { impossible } from "../base/messages.ts";
import { GiB } from "../base/units.ts";
import type { MovedExtents } from "../mm/movedExtents.ts";
import { movedExtents } from "../mm/movedExtents.ts";
import { mremap as mremapPath } from "../mm/mremap.ts";
import type { Range } from "../mm/pageTables.ts";
import { freedTables, PAGE_BYTES } from "../mm/pageTables.ts";
import type { Program } from "../steps/instructions.ts";
import { groupCalls, planCalls } from "./calls.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import type { ProcessOptions } from "./process.ts";
import { completeProcess, PROCESS_KEYS } from "./process.ts";
import type { RangeOptions, SpacingOptions } from "./ranges.ts";
import {
  completeRanges,
  completeSpacing,
  mappedAround,
  RANGE_KEYS,
  rangesOf,
  SPACING_KEYS,
} from "./ranges.ts";
import { Workload } from "./workload.ts";

/** Options of {@link mremap}. */
export interface MremapOptions extends RangeOptions, SpacingOptions, ProcessOptions {
  /** How far each range begins behind a 1 GiB boundary, in whole pages, bytes. Default 0. */
  sourceOffsetBytes?: number;
  /**
   * How far its new place does. Default 0. Page tables move as a whole where both lie alike; else
   * every table is cut in two.
   */
  targetOffsetBytes?: number;
}

const OWN_KEYS = ["sourceOffsetBytes", "targetOffsetBytes"] as const;
const KEYS = [...RANGE_KEYS, ...SPACING_KEYS, ...OWN_KEYS, ...PROCESS_KEYS];

/** A range is moved in pieces of at most 2 MiB; larger ones would be a plan of their own. */
const MOST_BYTES: number = GiB(1024);

/**
 * Ranges move to another address, one call after the other; first and new places have the same
 * distances. Throws SD001–SD003 for wrong options, SD004 for offsets inside a page, SD005 when the
 * ranges together exceed the address space.
 */
export function mremap(options: MremapOptions): Workload {
  checkKeys("workload.mremap", options, KEYS);
  const ranges = completeRanges(options);
  checkInteger("bytes", ranges.bytes, PAGE_BYTES, MOST_BYTES);
  const { sourceOffsetBytes = 0, targetOffsetBytes = 0 } = options;
  checkOffset("sourceOffsetBytes", sourceOffsetBytes);
  checkOffset("targetOffsetBytes", targetOffsetBytes);
  const offset = Math.max(sourceOffsetBytes, targetOffsetBytes);
  return new Workload("mremap", {
    ...ranges,
    ...completeSpacing("mremap", options, ranges, offset),
    sourceOffsetBytes,
    targetOffsetBytes,
    ...completeProcess(options),
  });
}

function checkOffset(field: string, offset: number): void {
  checkInteger(field, offset, 0, GiB(1) - PAGE_BYTES);
  if (offset % PAGE_BYTES !== 0)
    throw impossible(field, offset, "pages cannot be cut (4096 bytes)");
}

/** Tasks of the workload on a machine. */
export function planMremap(workload: Workload, context: PlanContext): WorkloadPlan {
  const ranges = rangesOf(workload, workload.number("sourceOffsetBytes"));
  const pathOf = pathsOf(workload, context);
  const calls = ranges.map((range, i) => {
    const { path, moved } = pathOf(range, ranges[i - 1]);
    const freed = freedTables(range, mappedAround(workload, ranges, i));
    const { tables, upperTables, tablesBelow } = moved;
    const span = Math.ceil(range.bytes / PAGE_BYTES);
    return {
      path,
      args: {
        tables: freed.total - tables - upperTables - tablesBelow,
        range: freed.upper - upperTables > 0 ? -1 : span,
      },
    };
  });
  return planCalls(workload, context, {
    groups: groupCalls(calls),
    source: "mm/mremap.c mremap_to()",
    everyNs: workload.number("everyNs"),
  });
}

interface MovePath {
  readonly path: Program;
  readonly moved: MovedExtents;
}

/** The path of each move; moves with equal pieces share theirs. */
function pathsOf(
  workload: Workload,
  { env }: PlanContext,
): (range: Range, before: Range | undefined) => MovePath {
  const paths = new Map<string, MovePath>();
  const shift = workload.number("targetOffsetBytes") - workload.number("sourceOffsetBytes");
  const kept = workload.flag("keepNeighbour") ? PAGE_BYTES : 0;
  return (range, before) => {
    const mappedBefore = before === undefined ? -GiB(1) : before.start + before.bytes + kept;
    const move = { range, target: range.start + shift, mappedBefore };
    const moved = movedExtents(move, env.features.mremapRealigns);
    const key = canonicalJson(moved);
    const known = paths.get(key);
    if (known !== undefined) return known;
    const made = { path: mremapPath(env, moved), moved };
    paths.set(key, made);
    return made;
  };
}
