/**
 * Address spaces that are freed, root table and all. Then no CPU may borrow one, have its root
 * table loaded, or read or write anything that belongs to it: P-MM, and P-HW for the root table.
 *
 * What a CPU borrows is what it has said last: its own store counts, whether others see it or not.
 */
import type { AddressSpaces } from "./addressSpaces.ts";
import type { ExplorerState } from "./state.ts";
import type { Property } from "./verdictData.ts";

/** Judges the states of a system in which address spaces are freed. */
export class RootJudge {
  private readonly s: ExplorerState;
  private readonly borrowed: number;
  private readonly users: number;
  private readonly first: number;

  constructor(s: ExplorerState, { first, borrowed, users }: AddressSpaces) {
    this.s = s;
    this.first = first;
    const { code } = s.system;
    this.borrowed = code.variable(borrowed).number;
    this.users = s.fields.variables[code.variable(users).number]!;
  }

  /** Sets `s.violation` where a CPU has an address space that is freed. */
  judge(): void {
    const { s } = this;
    if (!s.witnesses.lazyOverlapped) this.lookForBorrowers();
    if (!anyFreed(s)) return;
    for (let lane = 0; lane < s.lanes; lane++) {
      this.judgeHolder(lane, this.borrowedBy(lane), "P-MM");
      this.judgeHolder(lane, this.valueOf(s.get(s.fields.lanes[lane]!.root)), "P-HW");
    }
  }

  private judgeHolder(lane: number, mm: number, property: Property): void {
    const { s } = this;
    if (s.violation !== undefined || !isFreed(s, mm)) return;
    s.violation = { property, lane, table: -1 };
  }

  private borrowedBy(lane: number): number {
    const { s } = this;
    return this.valueOf(s.seen(lane, s.fields.lanes[lane]!.variables[this.borrowed]!));
  }

  private valueOf(number: number): number {
    return this.s.system.code.dictionary.values[number]!;
  }

  /** The last user of an address space has left, and two CPUs borrow it: the other one matters. */
  private lookForBorrowers(): void {
    const { s } = this;
    for (let mm = this.first; mm < s.system.spec.mms; mm++) {
      if (this.valueOf(s.get(this.users + mm)) !== 0 || isFreed(s, mm)) continue;
      let borrowers = 0;
      for (let lane = 0; lane < s.lanes; lane++) {
        if (this.borrowedBy(lane) === mm) borrowers++;
      }
      if (borrowers > 1) s.witnesses.lazyOverlapped = true;
    }
  }
}

/** Whether an address space was freed. */
export function isFreed(s: ExplorerState, mm: number): boolean {
  return mm >= 0 && mm < s.system.spec.mms && s.get(s.fields.roots + mm) === 1;
}

function anyFreed(s: ExplorerState): boolean {
  for (let mm = 0; mm < s.system.spec.mms; mm++) {
    if (s.get(s.fields.roots + mm) === 1) return true;
  }
  return false;
}

/**
 * An address space is freed. That takes a lock of the allocator (x86: pgd_lock): what the CPU has
 * stored before is seen by all.
 */
export function freeRoot(s: ExplorerState, lane: number, mm: number): boolean {
  if (!s.isDrained(lane)) return false;
  if (isFreed(s, mm)) s.violation = { property: "P-MM", lane, table: -1 };
  s.witnesses.rootFreed = true;
  s.set(s.fields.roots + mm, 1);
  return true;
}

/** A variable of an address space is read or written. */
export function judgeAccess(s: ExplorerState, lane: number, variable: number, owner: number): void {
  if (s.system.spec.variables[variable]!.scope !== "mm" || !s.judgesRoots) return;
  if (isFreed(s, owner)) s.violation = { property: "P-MM", lane, table: -1 };
}

/** A store leaves a buffer: it must not land in an address space that is freed by now. */
export function judgeDrain(s: ExplorerState, lane: number, field: number): void {
  if (!s.judgesRoots) return;
  const { variables } = s.system.spec;
  variables.forEach(({ scope }, i) => {
    const owner = field - s.fields.variables[i]!;
    const isOf = scope === "mm" && s.fields.variables[i]! >= 0 && owner >= 0;
    if (isOf && owner < s.system.spec.mms) judgeAccess(s, lane, i, owner);
  });
}
