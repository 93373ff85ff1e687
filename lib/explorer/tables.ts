/** What becomes of page tables and pages, and whether a property breaks by it. */
import type { FrameFields } from "./fields.ts";
import { DETACHED, EXCLUSIVE, FREED, REUSED } from "./fields.ts";
import { isFlushedAtEntry } from "./hypervisor.ts";
import type { Instruction } from "./instruction.ts";
import { buffer } from "./memory.ts";
import type { ExplorerState } from "./state.ts";
import { mayFill } from "./translations.ts";
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
    case "revoke":
      s.witnesses.rightsRevoked = true;
      judgeTranslations(s, lane, table, "P-STALE");
      return true;
    case "freePage":
      s.witnesses.tableReused = true;
      judgeTranslations(s, lane, table, "P-REUSE");
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
  s.fields.lanes.forEach(({ translations }, other) => {
    if (isFlushedAtEntry(s, other)) return;
    if (s.get(translations + table) === 0 && !mayFill(s, other, table)) return;
    s.violation = { property, lane, table };
  });
}
