/**
 * Translations that CPUs hold, and from where hardware fetches them.
 *
 * A translation of a table stands for whatever leads to it: the entry itself, or what a
 * paging-structure cache keeps of the entry above. Hardware walks from the root table that its CPU
 * has loaded, whatever the kernel has noted of it, and fills translations under the ASID that is
 * loaded. Those of an address space that a CPU has left stay there (PCID): nobody reaches them
 * until its root table is loaded again.
 */
import type { ExplorerState } from "./state.ts";
import { SCOPE_GLOBAL_ASID, SCOPE_LEAF_ONLY } from "./uses.ts";

/** A CPU forgets all its translations. */
export function forgetTranslations(s: ExplorerState, lane: number): void {
  forget(s, lane, 0);
  forget(s, lane, 1);
}

/** It forgets those of the ASID that is loaded: a local flush reaches no other. */
export function flushLoaded(s: ExplorerState, lane: number): void {
  if (reaches(s, lane)) forget(s, lane, asidOf(s, lane));
}

/** It forgets what an invalidation of others reaches; a place of `SCOPES`. */
export function invalidate(s: ExplorerState, lane: number, scope: number): void {
  if (scope === SCOPE_LEAF_ONLY && s.system.spec.tableEntry?.isLeaf !== true) return;
  if (scope !== SCOPE_GLOBAL_ASID) forget(s, lane, 0);
  forget(s, lane, 1);
}

function forget(s: ExplorerState, lane: number, asid: number): void {
  if (s.system.spec.hardwareWalkers !== true || asid >= asidsOf(s)) return;
  for (let table = 0; table < s.system.spec.tables; table++) {
    const field = translationOf(s, lane, table, asid);
    if (s.get(field) === 0) continue;
    if (!leadsTo(s, table)) s.witnesses.translationHeld = true;
    s.set(field, 0);
  }
}

/** ASIDs that the translations of one address space may be under. */
function asidsOf(s: ExplorerState): number {
  return s.hasGlobalAsids ? 2 : 1;
}

/** The ASID that is loaded: 1 for the one that all CPUs have in common. */
function asidOf(s: ExplorerState, lane: number): number {
  return s.hasGlobalAsids ? s.get(s.fields.lanes[lane]!.rootIsGlobal) : 0;
}

function translationOf(s: ExplorerState, lane: number, table: number, asid: number): number {
  return s.fields.lanes[lane]!.translations + asid * s.system.spec.tables + table;
}

/** Whether a CPU has the root table loaded from which the tables are walked. */
function reaches(s: ExplorerState, lane: number): boolean {
  const mm = s.system.spec.tableEntry?.mm;
  if (mm === undefined) return true;
  return s.system.code.dictionary.values[s.get(s.fields.lanes[lane]!.root)] === mm;
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
  return leadsTo(s, table) && reaches(s, lane);
}

/** Whether a CPU holds a translation that it can use now. */
export function holdsNow(s: ExplorerState, lane: number, table: number): boolean {
  if (!reaches(s, lane)) return false;
  return s.get(translationOf(s, lane, table, asidOf(s, lane))) === 1;
}

/** Hardware fetches a translation. */
export function fill(s: ExplorerState, lane: number, table: number): void {
  s.set(translationOf(s, lane, table, asidOf(s, lane)), 1);
}

/** The CPU ran the address space before: it holds translations, under every ASID. */
export function fillAll(s: ExplorerState, lane: number): void {
  for (let asid = 0; asid < asidsOf(s); asid++) {
    for (let table = 0; table < s.system.spec.tables; table++) {
      s.set(translationOf(s, lane, table, asid), 1);
    }
  }
}

/** Another root table is loaded; its address space and ASID are flushed or kept. */
export function setRoot(s: ExplorerState, lane: number, mm: number, translations: string): void {
  const { root, rootIsGlobal } = s.fields.lanes[lane]!;
  const asid = translations === "global" ? 1 : 0;
  if (s.hasGlobalAsids && asid !== asidOf(s, lane) && s.get(root) === mm) leaveAsid(s, lane);
  s.set(root, mm);
  if (s.hasGlobalAsids) s.set(rootIsGlobal, asid);
  if (translations === "flushed") flushLoaded(s, lane);
}

/** The address space stays: what its old ASID held is as good as lost. */
function leaveAsid(s: ExplorerState, lane: number): void {
  for (let table = 0; table < s.system.spec.tables; table++) {
    if (holdsNow(s, lane, table) && !leadsTo(s, table)) s.witnesses.translationHeld = true;
  }
}
