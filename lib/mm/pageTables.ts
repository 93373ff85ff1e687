/** Page tables of x86-64 with four levels: how many a range has, and how many go with it. */

/** Bytes of a base page. */
export const PAGE_BYTES = 4096;
/** Bytes under one PTE table, one PMD table and one PUD table. */
export const LEVEL_BYTES: readonly number[] = [2 ** 21, 2 ** 30, 2 ** 39];

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

/** PTE tables that a range populates. */
export function pteTables(range: Range): number {
  return slotsOf(range, LEVEL_BYTES[0]!).length;
}

/**
 * Page tables of all levels that are freed when `range` is unmapped while `others` stay: those
 * whose span no other mapping touches (mm/memory.c `free_pgtables`, floor and ceiling).
 */
export function freedTables(range: Range, others: readonly Range[]): FreedTables {
  const perLevel = LEVEL_BYTES.map((span) => {
    const kept = new Set(others.flatMap((other) => boundarySlots(other, span)));
    return slotsOf(range, span).filter((slot) => !kept.has(slot)).length;
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

/** Numbers of the spans that hold a present page of the range. */
function slotsOf(range: Range, span: number): number[] {
  const first = Math.floor(range.start / span);
  const last = Math.floor((range.start + range.bytes - 1) / span);
  const step = range.strideBytes > span ? Math.floor(range.strideBytes / span) : 1;
  const slots: number[] = [];
  for (let slot = first; slot <= last; slot += step) slots.push(slot);
  return slots;
}

/** The first and last span of a range: a neighbour can share no others. */
function boundarySlots(range: Range, span: number): number[] {
  const first = Math.floor(range.start / span);
  const last = Math.floor((range.start + range.bytes - 1) / span);
  return first === last ? [first] : [first, last];
}
