/** Translations that CPUs hold, and what becomes of page tables. */
import type { FrameFields } from "./fields.ts";
import { DETACHED, EXCLUSIVE, FREED, REUSED } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import { buffer } from "./memory.ts";
import type { ExplorerState } from "./state.ts";

/** A CPU forgets its translations. */
export function forgetTranslations(s: ExplorerState, lane: number): void {
  if (s.system.spec.hardwareWalkers !== true) return;
  const { translations } = s.fields.lanes[lane]!;
  for (let table = 0; table < s.system.spec.tables; table++) s.set(translations + table, 0);
}

/** Whether the entry of a table still points to it. */
export function leadsTo(s: ExplorerState, table: number): boolean {
  const { tableEntry } = s.system.spec;
  const { number } = s.system.code.variable(tableEntry!.variable);
  const entry = s.get(s.fields.variables[number]! + table);
  return s.system.code.dictionary.values[entry] === tableEntry!.value;
}

/** A page table is walked, used, detached, freed or reused; judges the properties. */
export function ghost(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  const table = s.valueOf(frame, instruction.left);
  const field = s.fields.ghosts + table;
  const state = s.get(field);
  switch (instruction.word) {
    case "walk":
    case "use":
    case "translate":
      if (state === DETACHED) s.witnesses.walkerOverlapped = true;
      if (state >= FREED) {
        s.violation = { property: state === EXCLUSIVE ? "P-ALIAS" : "P-UAF", lane, table };
      }
      return true;
    case "detach":
      return mark(s, lane, field, DETACHED);
    default: {
      s.witnesses.tableReused = true;
      judgeTranslations(s, lane, table);
      return mark(s, lane, field, GIVEN_AWAY[instruction.word]!);
    }
  }
}

const GIVEN_AWAY: Readonly<Record<string, number>> = {
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

/** No CPU may hold a translation that leads into a table that is given away. */
function judgeTranslations(s: ExplorerState, lane: number, table: number): void {
  if (s.system.spec.hardwareWalkers !== true) return;
  for (const fields of s.fields.lanes) {
    if (s.get(fields.translations + table) === 0) continue;
    s.violation = { property: "P-HW", lane, table };
  }
}
