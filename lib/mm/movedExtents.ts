/** How `mremap` cuts a range into pieces that move at once (mm/mremap.c `move_page_tables`). */
import { GiB } from "../base/units.ts";
import type { Range } from "./pageTables.ts";
import { PAGE_BYTES, presentPages, TABLE_BYTES } from "./pageTables.ts";

/** Bytes under one PMD table. */
const UPPER_BYTES: number = GiB(1);

/** What is moved where. */
export interface Move {
  readonly range: Range;
  /** Address of the first page afterwards. */
  readonly target: number;
  /** End of what is mapped before the range; the same distance from the target holds nothing. */
  readonly mappedBefore: number;
}

/** Pieces that take one flush each. */
export interface MovedExtents {
  /** PTE tables that change their place as a whole, by one PMD entry each. */
  readonly tables: number;
  /** PMD tables that do, by one PUD entry each, and the PTE tables under them. */
  readonly upperTables: number;
  readonly tablesBelow: number;
  /** Pieces moved page by page: pages from first to last address, present pages, how many. */
  readonly pieces: readonly MovedPieces[];
}

/** Pieces of one size. */
export interface MovedPieces {
  readonly pages: number;
  readonly present: number;
  readonly count: number;
}

/**
 * The pieces of a move. Where source and target lie alike, 1 GiB and 2 MiB spans move by one entry;
 * elsewhere a piece ends where a table of either does. Pieces without a present page are passed
 * over.
 */
export function movedExtents(move: Move, realigns: boolean): MovedExtents {
  const { range, target } = move;
  const last = range.start + range.bytes;
  const shift = target - range.start;
  const pieces = new Map<string, MovedPieces>();
  let [tables, upperTables, tablesBelow] = [0, 0, 0];
  let extent = 0;
  for (let from = firstAddress(move, realigns); from < last; from += extent) {
    const isAlike = (span: number): boolean =>
      from % span === 0 && (from + shift) % span === 0 && last - from >= span;
    const toBoundary = Math.min(restOf(from), restOf(from + shift), last - from);
    extent = isAlike(UPPER_BYTES) ? UPPER_BYTES : toBoundary;
    const present = presentBetween(range, from, from + extent);
    if (present === 0) continue;
    if (extent === UPPER_BYTES) {
      upperTables++;
      tablesBelow += Math.min(present, UPPER_BYTES / TABLE_BYTES);
    } else if (extent === TABLE_BYTES) tables++;
    else count(pieces, { pages: extent / PAGE_BYTES, present });
  }
  return { tables, upperTables, tablesBelow, pieces: [...pieces.values()] };
}

/** From an address to the end of its table. */
function restOf(address: number): number {
  return TABLE_BYTES - (address % TABLE_BYTES);
}

/** `try_realign_addr()`: from the start of the table when nothing else would move along. */
function firstAddress({ range, target, mappedBefore }: Move, realigns: boolean): number {
  const { start, bytes } = range;
  const into = start % TABLE_BYTES;
  const isAlike = into === target % TABLE_BYTES;
  const fits = bytes >= TABLE_BYTES - into && mappedBefore <= start - into;
  return realigns && isAlike && fits ? start - into : start;
}

function presentBetween(range: Range, from: number, to: number): number {
  const { start, strideBytes } = range;
  const before = (address: number): number => Math.ceil(Math.max(0, address - start) / strideBytes);
  return Math.min(before(to), presentPages(range)) - before(from);
}

function count(pieces: Map<string, MovedPieces>, one: Omit<MovedPieces, "count">): void {
  const key = `${one.pages} ${one.present}`;
  const known = pieces.get(key);
  pieces.set(key, { ...one, count: (known?.count ?? 0) + 1 });
}
