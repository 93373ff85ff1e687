/** Page tables of x86-64 with four levels: how many a range has, and how many go with it. */

import { GiB, MiB } from "../base/units.ts";

/** Bytes of a base page. */
export const PAGE_BYTES = 4096;
/** Pages under one PTE table, and in one huge page. */
export const PAGES_PER_TABLE = 512;
/** Bytes under one PTE table. */
export const TABLE_BYTES: number = MiB(2);
/** Bytes of the user half of the address space, 2^47. */
export const USER_BYTES: number = GiB(128 * 1024);

/** Bytes under one PTE table, one PMD table and one PUD table. */
const LEVEL_BYTES: readonly number[] = [TABLE_BYTES, GiB(1), GiB(512)];

/** A mapped range: bytes from `start`, of which every `strideBytes` one page is present. */
export interface Range {
  readonly start: number;
  readonly bytes: number;
  readonly strideBytes: number;
}

/** Pages present in a range. */
export function presentPages(range: Range): number {
  return Math.ceil(range.bytes / range.strideBytes);
}

/**
 * Page tables of all levels that are freed when `range` is unmapped while `others` stay: those
 * whose span no other mapping touches (mm/memory.c `free_pgtables`, floor and ceiling).
 */
export function freedTables(range: Range, others: readonly Range[]): FreedTables {
  const perLevel = LEVEL_BYTES.map((span) => {
    const touched = new Set(others.flatMap((other) => boundarySlots(other, span)));
    const kept = [...touched].filter((slot) => holdsPage(range, span, slot));
    return slotCount(range, span) - kept.length;
  });
  const [pte = 0, pmd = 0, pud = 0] = perLevel;
  return { pte, upper: pmd + pud, total: pte + pmd + pud };
}

/** Freed tables: of the last level, of the levels above, and together. */
export interface FreedTables {
  readonly pte: number;
  readonly upper: number;
  readonly total: number;
}

/** How many spans hold a present page of the range. */
function slotCount(range: Range, span: number): number {
  const present = presentPages(range);
  if (range.strideBytes > span) return present;
  const last = range.start + (present - 1) * range.strideBytes;
  return Math.floor(last / span) - Math.floor(range.start / span) + 1;
}

/** Whether the span of that number holds a present page of the range. */
function holdsPage(range: Range, span: number, slot: number): boolean {
  const { start, strideBytes } = range;
  const page = Math.max(0, Math.ceil((slot * span - start) / strideBytes));
  return page < presentPages(range) && Math.floor((start + page * strideBytes) / span) === slot;
}

/** The first and last span of a range: a neighbour can share no others. */
function boundarySlots(range: Range, span: number): number[] {
  const first = Math.floor(range.start / span);
  const last = Math.floor((range.start + range.bytes - 1) / span);
  return first === last ? [first] : [first, last];
}
