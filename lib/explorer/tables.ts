/** What becomes of page tables and pages, and whether a property breaks by it. */
import { badProgram } from "../base/messages.ts";
import type { FrameFields } from "./fields.ts";
import { DETACHED, EXCLUSIVE, FREED, PAGE_FREED, REUSED, REVOKED } from "./fields.ts";
import { isFlushedAtEntry } from "./hypervisor.ts";
import type { Instruction } from "./instruction.ts";
import { buffer } from "./memory.ts";
import type { ExplorerState } from "./state.ts";
import { holdsNow, mayFill, setRoot } from "./translations.ts";
import type { Property } from "./verdictData.ts";

/** A page table is walked, used, detached, freed or reused; judges the properties. */
export function ghost(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  return tableEvent(s, lane, instruction.word, s.valueOf(frame, instruction.left));
}

/** The same for a table by its number; false where the event must wait. */
export function tableEvent(s: ExplorerState, lane: number, what: string, table: number): boolean {
  const field = s.fields.ghosts + table;
  switch (what) {
    case "walk":
    case "use":
    case "translate":
      judgeUse(s, lane, table, s.get(field));
      return true;
    case "detach":
      return mark(s, lane, field, DETACHED);
    case "access":
      if (s.get(field) >= REVOKED) s.witnesses.accessedAfter = true;
      judgeHeld(s, lane, table);
      return true;
    case "revoke":
      s.witnesses.rightsRevoked = true;
      judgeTranslations(s, lane, table, "P-STALE");
      s.set(field, REVOKED);
      return true;
    case "writePage":
      if (s.system.uses.lanes.some(({ accesses }) => accesses)) {
        throw badProgram("a page that is written", "is not judged by accesses");
      }
      judgeTranslations(s, lane, table, "P-REUSE");
      return true;
    case "freePage":
      s.witnesses.tableReused = true;
      judgeTranslations(s, lane, table, "P-REUSE");
      s.set(field, PAGE_FREED);
      return true;
    default: {
      s.witnesses.tableReused = true;
      judgeTranslations(s, lane, table, "P-HW");
      return mark(s, lane, field, STATES_AFTER[what]!);
    }
  }
}

/** A walker has found a table in some state. */
export function judgeUse(s: ExplorerState, lane: number, table: number, state: number): void {
  if (state === DETACHED) s.witnesses.walkerOverlapped = true;
  if (state < FREED) return;
  s.violation = { property: state === EXCLUSIVE ? "P-ALIAS" : "P-UAF", lane, table };
}

/** The state that an event leaves a table in. */
export const STATES_AFTER: Readonly<Record<string, number>> = {
  detach: DETACHED,
  free: FREED,
  reuse: REUSED,
  exclusive: EXCLUSIVE,
};

/** A change of a table is a store like others: it follows the stores before it. */
function mark(s: ExplorerState, lane: number, field: number, state: number): boolean {
  if (!s.isTso) {
    s.set(field, state);
    return true;
  }
  return buffer(s, lane, s.fields.locationOf[lane]![field]!, state);
}

/** No CPU may hold a translation of what is given away, nor be able to fetch one. */
function judgeTranslations(
  s: ExplorerState,
  lane: number,
  table: number,
  property: Property,
): void {
  if (s.system.spec.hardwareWalkers !== true) return;
  const isPage = property !== "P-HW";
  for (let other = 0; other < s.lanes; other++) {
    // A CPU that borrows the address space holds what it wants, as long as it does not use it.
    if (isPage && s.system.uses.lanes[other]!.accesses) continue;
    if (isFlushedAtEntry(s, other)) continue;
    if (!holdsNow(s, other, table) && !mayFill(s, other, table)) continue;
    s.violation = { property, lane, table };
  }
}

/** What a translation that is held leads to when the table or page is in some state. */
const HELD: Readonly<Record<number, Property>> = {
  [FREED]: "P-HW",
  [REUSED]: "P-HW",
  [EXCLUSIVE]: "P-HW",
  [REVOKED]: "P-STALE",
  [PAGE_FREED]: "P-REUSE",
};

/** A CPU uses a translation, or can from now on. */
function judgeHeld(s: ExplorerState, lane: number, table: number): void {
  const property = HELD[s.get(s.fields.ghosts + table)];
  if (property === undefined || !holdsNow(s, lane, table)) return;
  s.violation = { property, lane, table };
}

/**
 * Hardware walks from another root table. Writing CR3 waits for the stores before it. What is kept
 * from an earlier time can be used again, and what entries lead to can be fetched.
 */
export function loadRoot(
  s: ExplorerState,
  lane: number,
  mm: number,
  translations: string,
): boolean {
  if (!s.isDrained(lane)) return false;
  setRoot(s, lane, mm, translations);
  s.witnesses.rootLoaded = true;
  for (let table = 0; table < s.system.spec.tables; table++) {
    const property = HELD[s.get(s.fields.ghosts + table)];
    if (property === undefined) continue;
    const isTable = property === "P-HW";
    if (!isTable && s.system.uses.lanes[lane]!.accesses) continue;
    const isWithin = holdsNow(s, lane, table) || (isTable && mayFill(s, lane, table));
    if (isWithin) s.violation = { property, lane, table };
  }
  return true;
}
