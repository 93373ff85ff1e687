/** Invalidations that a CPU sends to all others, and what its wait for them waits for. */
import type { ExplorerState } from "./state.ts";
import { invalidate } from "./translations.ts";
import { SCOPES } from "./uses.ts";

/** Sends one; the CPU's own translations go at once. False while its stores wait. */
export function sendInvalidation(s: ExplorerState, lane: number, word: string): boolean {
  if (!s.isDrained(lane)) return false;
  const scope = SCOPES.indexOf(word);
  invalidate(s, lane, scope);
  for (let other = 0; other < s.lanes; other++) {
    if (other !== lane) s.setNote(noteOf(s, scope, lane), other, 1);
  }
  return true;
}

/**
 * DSB, TLBSYNC, ptesync: false while an invalidation that it waits for is under way. With
 * `completion: "everybody"` it waits for those of all CPUs. One that a CPU of `earlyDone` has not
 * done seems done; the CPU goes on with what it holds, until {@link finishLate}.
 */
export function awaitInvalidations(s: ExplorerState, lane: number): boolean {
  if (!s.isDrained(lane)) return false;
  const waitsForAll = s.system.spec.completion === "everybody";
  for (let issuer = 0; issuer < s.lanes; issuer++) {
    if (issuer !== lane && !waitsForAll) continue;
    for (let other = 0; other < s.lanes; other++) {
      if (!isOver(s, issuer, other)) return false;
    }
  }
  return true;
}

function isOver(s: ExplorerState, issuer: number, other: number): boolean {
  return SCOPES.every((_, scope) => {
    const note = noteOf(s, scope, issuer);
    if (!s.hasNote(note, other)) return true;
    if (!seemsDoneEarly(s, other)) return false;
    s.setNote(note, other, 0);
    s.set(s.fields.lanes[other]!.late + scope, 1);
    return true;
  });
}

function seemsDoneEarly(s: ExplorerState, lane: number): boolean {
  const { earlyDone } = s.system.spec;
  if (earlyDone === undefined) return false;
  const { number } = s.system.code.variable(earlyDone);
  return s.hasNote(s.fields.notes.variables[number]!, lane);
}

/** An exception ends the accesses that a CPU still did with what was invalidated. */
export function finishLate(s: ExplorerState, lane: number): void {
  if (s.system.spec.earlyDone === undefined) return;
  const { late } = s.fields.lanes[lane]!;
  for (let scope = 0; scope < SCOPES.length; scope++) {
    if (s.get(late + scope) === 0) continue;
    s.set(late + scope, 0);
    invalidate(s, lane, scope);
  }
}

/** Whether a CPU still does such accesses. */
export function isLate(s: ExplorerState, lane: number): boolean {
  const { late } = s.fields.lanes[lane]!;
  return SCOPES.some((_, scope) => s.get(late + scope) === 1);
}

/** An invalidation reaches a CPU; false where none is under way. */
export function receiveInvalidation(
  s: ExplorerState,
  lane: number,
  scope: number,
  issuer: number,
): boolean {
  const note = noteOf(s, scope, issuer);
  if (!s.hasNote(note, lane)) return false;
  s.setNote(note, lane, 0);
  invalidate(s, lane, scope);
  return true;
}

function noteOf(s: ExplorerState, scope: number, issuer: number): number {
  return s.fields.notes.invalid + scope * s.lanes + issuer;
}
