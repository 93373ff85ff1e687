/**
 * Which registers are needed where. Registers that are never needed at the same time share a slot,
 * and a slot is emptied when its register is dead, so that states differ only in what matters.
 */
import type { Draft } from "./drafts.ts";
import * as op from "./opcodes.ts";

/** Kinds of registers, each with slots of its own: values, CPUs, masks. */
export type RegisterKind = "v" | "c" | "m";

const KINDS: readonly RegisterKind[] = ["v", "c", "m"];

/** Dead slots are given as `kind * SLOT_KIND + slot`. */
export const SLOT_KIND = 256;

/** Where the registers of one routine are kept. */
export interface Slots {
  readonly counts: Readonly<Record<RegisterKind, number>>;
  slotOf(name: string): number;
}

/** Gives every register a slot, and tells every instruction which slots are dead after it. */
export function allotSlots(
  drafts: readonly Draft[],
  start: number,
  params: readonly string[],
): Slots {
  const live = liveBefore(drafts, start);
  const names = registerNames(drafts, params);
  const neighbours = interference(drafts, start, live, params);
  const slots = new Map<string, number>();
  const counts: Record<RegisterKind, number> = { v: 0, c: 0, m: 0 };
  for (const name of names) {
    const kind = kindOf(name);
    const taken = new Set<number>();
    for (const other of neighbours.get(name) ?? []) {
      if (kindOf(other) === kind && slots.has(other)) taken.add(slots.get(other)!);
    }
    let slot = 0;
    while (taken.has(slot)) slot++;
    slots.set(name, slot);
    counts[kind] = Math.max(counts[kind], slot + 1);
  }
  const slotOf = (name: string): number => slots.get(name) ?? 0;
  drafts.forEach((draft, i) => {
    draft.resolve(slotOf);
    const before = new Set([...live[i]!, ...(draft.writes === undefined ? [] : [draft.writes])]);
    const dead = (to: number): number[] => {
      const needed = live[to - start] ?? new Set<string>();
      const kept = new Set([...needed].map((name) => numberOf(name, slotOf)));
      const numbers = [...before].map((name) => numberOf(name, slotOf));
      return [...new Set(numbers)].filter((number) => !kept.has(number));
    };
    const { instruction } = draft;
    instruction.deadAtNext = dead(instruction.next);
    instruction.deadAtTarget = dead(instruction.target);
  });
  return { counts, slotOf };
}

function numberOf(name: string, slotOf: (name: string) => number): number {
  return KINDS.indexOf(kindOf(name)) * SLOT_KIND + slotOf(name);
}

function kindOf(name: string): RegisterKind {
  return name[0] as RegisterKind;
}

function registerNames(drafts: readonly Draft[], params: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>(params);
  for (const { reads, writes } of drafts) {
    for (const name of reads) names.add(name);
    if (writes !== undefined) names.add(writes);
  }
  return names;
}

/** For each instruction, the registers whose present values are still read. */
function liveBefore(drafts: readonly Draft[], start: number): Set<string>[] {
  const live = drafts.map(() => new Set<string>());
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = drafts.length - 1; i >= 0; i--) {
      const { reads, writes } = drafts[i]!;
      const needed = new Set(reads);
      for (const to of successors(drafts[i]!)) {
        for (const name of live[to - start] ?? []) if (name !== writes) needed.add(name);
      }
      // A mask that is changed in part is read, too; then the write does not end its life.
      if (needed.size === live[i]!.size) continue;
      live[i] = needed;
      changed = true;
    }
  }
  return live;
}

function successors({ instruction }: Draft): number[] {
  if (instruction.opcode === op.END) return [];
  if (instruction.opcode === op.JUMP) return [instruction.target];
  return instruction.next === instruction.target
    ? [instruction.next]
    : [instruction.next, instruction.target];
}

/** Registers that are needed at the same time. */
function interference(
  drafts: readonly Draft[],
  start: number,
  live: readonly ReadonlySet<string>[],
  params: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const meet = (names: Iterable<string>): void => {
    const list = [...names];
    for (const name of list) {
      const known = found.get(name) ?? new Set<string>();
      for (const other of list) if (other !== name) known.add(other);
      found.set(name, known);
    }
  };
  meet(params);
  drafts.forEach((draft, i) => {
    meet(live[i]!);
    for (const to of successors(draft)) {
      const after = new Set(live[to - start] ?? []);
      if (draft.writes !== undefined) after.add(draft.writes);
      meet(after);
    }
  });
  return found;
}
