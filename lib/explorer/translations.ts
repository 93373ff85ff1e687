/** Translations that CPUs hold, and from where hardware fetches them. */
import type { ExplorerState } from "./state.ts";

/** A CPU forgets its translations. */
export function forgetTranslations(s: ExplorerState, lane: number): void {
  if (s.system.spec.hardwareWalkers !== true) return;
  const { translations } = s.fields.lanes[lane]!;
  for (let table = 0; table < s.system.spec.tables; table++) {
    if (s.get(translations + table) === 0) continue;
    if (!leadsTo(s, table)) s.witnesses.translationHeld = true;
    s.set(translations + table, 0);
  }
}

/** Whether the entry of a table still points to it. */
export function leadsTo(s: ExplorerState, table: number): boolean {
  const { tableEntry } = s.system.spec;
  const { number } = s.system.code.variable(tableEntry!.variable);
  const entry = s.get(s.fields.variables[number]! + table);
  return s.system.code.dictionary.values[entry] === tableEntry!.value;
}

/** Whether the hardware of a CPU may fetch the translation now. */
export function mayFill(s: ExplorerState, lane: number, table: number): boolean {
  if (!leadsTo(s, table)) return false;
  const root = s.system.spec.tableEntry?.root;
  if (root === undefined) return true;
  const { number } = s.system.code.variable(root.variable);
  const loaded = s.get(s.fields.lanes[lane]!.variables[number]!);
  return s.system.code.dictionary.values[loaded] === root.value;
}
