/** The mapped ranges that calls work on, one a call, at equal distances. */
import { checkBoolean, checkInteger } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { GiB } from "../base/units.ts";
import type { Range } from "../mm/pageTables.ts";
import { PAGE_BYTES, TABLE_BYTES, USER_BYTES } from "../mm/pageTables.ts";
import type { Workload } from "./workload.ts";

/** Options that workloads of ranges share. */
export interface RangeOptions {
  /** Size of each range, bytes. */
  bytes: number;
  /** Calls; each works on a range of its own. Default 1. */
  calls?: number;
  /** Distance of the present pages within a range, bytes. Default 4096: every page. */
  strideBytes?: number;
  /** ns between the calls. Default 0. */
  everyNs?: number;
}

/** Keys of {@link RangeOptions}. */
export const RANGE_KEYS = ["bytes", "calls", "strideBytes", "everyNs"] as const;

/** The options with their defaults, checked. Throws SD001 for values out of range. */
export function completeRanges(options: RangeOptions): Required<RangeOptions> {
  const { bytes, calls = 1, strideBytes = PAGE_BYTES, everyNs = 0 } = options;
  return {
    bytes: checkInteger("bytes", bytes, PAGE_BYTES, USER_BYTES),
    calls: checkInteger("calls", calls, 1, 1e6),
    strideBytes: checkInteger("strideBytes", strideBytes, PAGE_BYTES, GiB(1)),
    everyNs: checkInteger("everyNs", everyNs, 0, 1e12),
  };
}

/** How far the ranges are apart, and whether something stays mapped behind each. */
export interface SpacingOptions {
  /** Distance of the ranges, bytes. Default: each range and two empty tables behind it. */
  spacingBytes?: number;
  /**
   * The page behind each range stays mapped, and with it the table it lies in: the last one of the
   * range, unless the range fills that to the end.
   */
  keepNeighbour?: boolean;
}

/** Keys of {@link SpacingOptions}. */
export const SPACING_KEYS = ["spacingBytes", "keepNeighbour"] as const;

/**
 * The same for ranges that begin `offset` bytes behind their places. Throws SD001 for values out of
 * range, SD005 when the ranges of `what` together exceed the address space.
 */
export function completeSpacing(
  what: string,
  options: SpacingOptions,
  ranges: Required<RangeOptions>,
  offset = 0,
): Required<SpacingOptions> {
  const { keepNeighbour = false } = options;
  const { bytes, calls } = ranges;
  const least = checkBoolean("keepNeighbour", keepNeighbour) ? bytes + PAGE_BYTES : bytes;
  const { spacingBytes = (Math.ceil((bytes + offset) / TABLE_BYTES) + 2) * TABLE_BYTES } = options;
  checkInteger("spacingBytes", spacingBytes, least, 2 * USER_BYTES);
  const extent = offset + (calls - 1) * spacingBytes + least;
  if (extent > USER_BYTES) {
    throw tooLarge(what, `${extent} bytes of addresses`, `at most ${USER_BYTES} bytes`);
  }
  return { spacingBytes, keepNeighbour };
}

/** The ranges of a workload in the order of its calls, each `offset` bytes behind its place. */
export function rangesOf(workload: Workload, offset = 0): Range[] {
  const [bytes, strideBytes] = [workload.number("bytes"), workload.number("strideBytes")];
  return Array.from({ length: workload.number("calls") }, (_, i) => ({
    start: offset + i * workload.number("spacingBytes"),
    bytes,
    strideBytes,
  }));
}

/**
 * What is still mapped around the range of call `i`: the next range, and the pages kept behind this
 * range and the one before.
 */
export function mappedAround(workload: Workload, ranges: readonly Range[], i: number): Range[] {
  const following = ranges.slice(i + 1, i + 2);
  if (!workload.flag("keepNeighbour")) return following;
  return [...ranges.slice(Math.max(0, i - 1), i + 1).map(neighbourOf), ...following];
}

function neighbourOf(range: Range): Range {
  return { start: range.start + range.bytes, bytes: PAGE_BYTES, strideBytes: PAGE_BYTES };
}

/** Present pages under one PTE table of a range. */
export function pagesPerTable(strideBytes: number): number {
  return Math.max(1, Math.floor(TABLE_BYTES / strideBytes));
}
