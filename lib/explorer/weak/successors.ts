/**
 * Everything that a CPU may do next: any access of its window that nothing before it holds back.
 * A load may go ahead of branches that are open; a store may not, because it cannot be undone.
 */
import type { Instruction } from "../instruction.ts";
import * as op from "../opcodes.ts";
import type { ExplorerState } from "../state.ts";
import { STATES_AFTER } from "../tables.ts";
import type { Access } from "./access.ts";
import { isAtomic, orderOf, TABLES } from "./access.ts";
import { followsOffered, mustWait, sourceOf, waitsForEntry } from "./coherence.ts";
import { UNKNOWN } from "./knowledge.ts";
import { choicesOf } from "./loops.ts";
import { maskAt, numberAt } from "./memoryAhead.ts";
import { Walk } from "./walk.ts";
import { DONE, Items, NO, WAITING, YES } from "./window.ts";

/** Something that may be done: the window with it, and the access that becomes visible, if any. */
export interface Progress {
  readonly items: Items;
  /** The item that is new. */
  readonly fresh: number;
  /** The number of its instruction. */
  readonly instruction: number;
  /** Nothing before it waits. */
  readonly isOldest: boolean;
  readonly store: Access | undefined;
  /** The access that it is part of; undefined for a choice. */
  readonly access: Access | undefined;
  /** What an atomic has read, or a load has found, as a value. */
  readonly found: number;
}

/** Reports what may be done. */
export class Successors extends Walk {
  private readonly proposal: Items = new Items();
  private readonly report: (progress: Progress) => void;
  private annotates = false;
  private access: Access | undefined;

  constructor(s: ExplorerState, report: (progress: Progress) => void) {
    super(s);
    this.report = report;
  }

  /** Reports everything that a CPU may do next within its window. */
  find(lane: number, level: number): void {
    this.items.read(this.s, lane);
    if (this.items.count > 0) {
      this.annotates = true;
      this.walk(lane, level);
      this.annotates = false;
    }
    this.walk(lane, level);
  }

  protected takesItem(): boolean {
    if (this.annotates) {
      if (!this.isRecorded()) return false;
    } else if (this.item >= this.s.fields.windowDepth) {
      this.s.isBounded = true;
      return false;
    }
    this.items.ordinals[this.item] = this.ordinal;
    return true;
  }

  protected decided(): boolean {
    return true;
  }

  /** Behind what holds everything back nothing can be done, and nothing is bounded by it. */
  protected override isOver(): boolean {
    return !this.annotates && this.order.blocksLoads && this.order.blocksStores;
  }

  protected guess(): number | undefined {
    return this.isRecorded() ? this.items.kinds[this.item] : undefined;
  }

  protected visit(access: Access, isMask: boolean): boolean {
    this.items.located[this.item] = access.place !== UNKNOWN;
    if (this.annotates || access.isDone || access.place === UNKNOWN) return true;
    this.access = access;
    if (isAtomic(access.instruction)) this.offerAtomic(access, isMask);
    else if (access.reads) this.offerLoad(access, isMask);
    else this.offerStore(access);
    return true;
  }

  protected choose(instruction: Instruction): void {
    if (this.annotates) return;
    this.access = undefined;
    const { s, r } = this;
    if (instruction.opcode === op.PICK) {
      for (let value = 0; value < Math.max(1, r.value(instruction.left)); value++) {
        this.offer(instruction, DONE, { number: s.system.code.dictionary.numberOf(value) });
      }
      return;
    }
    for (let rest = choicesOf(s, r.mask(instruction.left)); rest !== 0; rest &= rest - 1) {
      this.offer(instruction, DONE, { mask: rest & -rest });
    }
  }

  private offerStore(access: Access): void {
    if (!this.order.allowsStore(access) || this.mustWait()) return;
    if (this.waitsForEntry()) return;
    this.offer(access.instruction, DONE, { store: access });
  }

  private offerLoad(access: Access, isMask: boolean): void {
    if (!this.order.allowsLoad(access) || access.dataState === UNKNOWN) return;
    const { isBlocked, forward } = sourceOf(this.accesses, this.accesses.length - 1, isMask);
    if (isBlocked || this.waitsForEntry()) return;
    if (forward === undefined && this.s.merges && followsOffered(this.accesses)) return;
    access.isOffered = forward === undefined;
    const number = forward === undefined ? numberAt(this.s, access) : this.numberLeft(forward);
    this.offer(access.instruction, DONE, { number, mask: maskAt(this.s, access) });
  }

  /** What a waiting store will leave: for a table, the state that is noted of it. */
  private numberLeft(store: Access): number {
    if (store.space === TABLES) return STATES_AFTER[store.instruction.word]!;
    return this.s.system.code.dictionary.numberOf(store.left);
  }

  private offerAtomic(access: Access, isMask: boolean): void {
    const { instruction, kind } = access;
    const number = numberAt(this.s, access);
    const found = this.s.system.code.dictionary.values[number]!;
    const stores = this.wouldStore(instruction, found);
    if (stores && kind !== NO) this.offerWhole(access, number, found);
    if (kind === YES || access.dataState === UNKNOWN || !this.order.allowsLoad(access)) return;
    const source = sourceOf(this.accesses, this.accesses.length - 1, isMask);
    if (source.isBlocked || source.forward !== undefined) return;
    if (!stores && instruction.opcode === op.COMPARE_EXCHANGE) {
      this.offer(instruction, DONE, { number });
    } else if (stores && kind === WAITING && orderOf(instruction) !== "full") {
      this.offer(instruction, YES, { number });
    }
  }

  private offerWhole(access: Access, number: number, found: number): void {
    if (access.kind === YES && access.found !== found) return;
    if (!this.order.allowsStore(access) || this.mustWait()) return;
    this.offer(access.instruction, DONE, { number, store: access });
  }

  private wouldStore({ opcode, third }: Instruction, found: number): boolean {
    if (opcode === op.LOCK) return found === 0;
    return opcode !== op.COMPARE_EXCHANGE || found === this.r.value(third);
  }

  private mustWait(): boolean {
    return mustWait(this.accesses, this.accesses.length - 1);
  }

  private waitsForEntry(): boolean {
    const { spec, code } = this.s.system;
    const { tableEntry } = spec;
    const entry = tableEntry === undefined ? -1 : code.variable(tableEntry.variable).number;
    return waitsForEntry(this.accesses, this.accesses.length - 1, (space) =>
      entry < 0 ? spec.variables[space]!.scope === "table" : space === entry,
    );
  }

  private offer(
    instruction: Instruction,
    kind: number,
    { number = 0, mask = 0, store }: { number?: number; mask?: number; store?: Access },
  ): void {
    const { items, proposal, item, access } = this;
    const { count } = items;
    items.count = Math.max(count, item + 1);
    proposal.copy(items);
    items.count = count;
    proposal.set(item, kind, number, mask);
    const found = instruction.opcode === op.GHOST ? 0 : this.valueAt(number);
    const [fresh, isOldest] = [item, item === 0];
    const step = { items: proposal, fresh, instruction: this.at, isOldest, store, access, found };
    this.report(step);
  }

  private valueAt(number: number): number {
    return this.s.system.code.dictionary.values[number]!;
  }
}
