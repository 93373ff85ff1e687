/**
 * The way through the instructions of a window: from the oldest one on, past what has been done, to
 * what may be done next. Branches that cannot be decided yet fork the way.
 */
import type { Instruction } from "../instruction.ts";
import * as op from "../opcodes.ts";
import type { ExplorerState } from "../state.ts";
import { Access, describe, isAccess, isAtomic, orderOf, TABLES } from "./access.ts";
import { sourceOf } from "./coherence.ts";
import { Registers, SURE, UNKNOWN, UNSURE } from "./knowledge.ts";
import { choicesOf } from "./loops.ts";
import { Order } from "./order.ts";
import { OwnMemory } from "./ownMemory.ts";
import { branchHolds, runAhead, stateOfBranch } from "./registersAhead.ts";
import { holdsBackAll } from "./roles.ts";
import { DONE, Items, NO, WAITING, YES } from "./window.ts";

/** Instructions that are fetched ahead at most, register steps included. */
const MOST_AHEAD = 128;

/** Where a way ends. */
const STOP = -1;
const FORK = -2;

/** A point at which a way forks. */
class Crossing {
  readonly registers: Registers;
  readonly order: Order = new Order();
  item = 0;
  ordinal = 0;
  accesses = 0;
  ownStores = 0;

  constructor(s: ExplorerState) {
    this.registers = new Registers(s);
  }
}

/** One walker of ways; what it does at each item is up to those that extend it. */
export abstract class Walk {
  protected readonly s: ExplorerState;
  protected readonly r: Registers;
  protected readonly order: Order = new Order();
  protected readonly items: Items = new Items();
  protected accesses: Access[] = [];
  protected lane = 0;
  protected item = 0;
  protected ordinal = 0;
  /** The number of the instruction at hand. */
  protected at = 0;
  private hasGivenUp = false;
  private readonly own: OwnMemory;
  private readonly pool: Access[] = [];
  private readonly crossings: Crossing[] = [];
  private open = 0;

  constructor(s: ExplorerState) {
    this.s = s;
    this.r = new Registers(s);
    this.own = new OwnMemory(s, this.r);
  }

  /** Whether there may be more items, and the instruction has one. */
  protected abstract takesItem(): boolean;
  /** A choice has been decided by now: what was guessed, or WAITING; false where that was wrong. */
  protected abstract decided(kind: number): boolean;
  /** A choice that is not decided: its kind in the window, or undefined to fork. */
  protected abstract guess(): number | undefined;
  /** An access is reached, and its kind is set; returns false to give up. */
  protected abstract visit(access: Access, isMask: boolean): boolean;
  /** A loop or a `pick` that may be decided now. */
  protected abstract choose(instruction: Instruction): void;

  /** Walks from the oldest instruction of a CPU; returns false where it gave up. */
  protected walk(lane: number, level: number): boolean {
    this.lane = lane;
    this.r.read(lane, level);
    this.order.clear();
    this.accesses.length = 0;
    this.own.count = 0;
    this.item = 0;
    this.ordinal = 0;
    this.hasGivenUp = false;
    this.run(this.s.instructionAt(this.s.fields.lanes[lane]!.frames[level]!));
    return !this.hasGivenUp;
  }

  /** Whether nothing further on is of interest. */
  protected isOver(): boolean {
    return false;
  }

  private run(from: number): void {
    for (let at = from; at >= 0; ) {
      if (this.isOver()) return;
      if (this.ordinal++ >= MOST_AHEAD) {
        this.s.isBounded = true;
        return;
      }
      this.at = at;
      const instruction = this.s.code[at]!;
      const to = this.pass(instruction);
      if (to === FORK) {
        this.fork(instruction);
        return;
      }
      at = to;
    }
  }

  /** Passes one instruction; the next one, STOP or FORK. */
  private pass(instruction: Instruction): number {
    const { opcode } = instruction;
    if (opcode === op.BRANCH || opcode === op.BRANCH_CPU) return this.passBranch(instruction);
    if (opcode === op.MASK_TAKE) return this.passTake(instruction);
    if (opcode === op.PICK) return this.passPick(instruction);
    if (opcode === op.JUMP) return instruction.target;
    if (opcode <= op.LAST_LOCAL) runAhead(this.r, instruction);
    else if (opcode === op.FENCE) this.order.fence(instruction.word);
    else if (opcode === op.CROSS_CALL) return this.passCall(instruction);
    else if (opcode === op.AWAIT_CALLS) return this.isAwaited() ? STOP : instruction.next;
    else if (this.s.isOwn(this.lane, this.at)) this.passOwn(instruction);
    else if (isAccess(instruction)) return this.passAccess(instruction);
    else if (holdsBackAll(opcode, this.s.system.spec.hardwareWalkers === true)) return STOP;
    return instruction.next;
  }

  private passOwn(instruction: Instruction): void {
    if (this.own.pass(instruction) !== SURE) this.order.speculate();
  }

  private passBranch(instruction: Instruction): number {
    if (instruction.next === instruction.target) return instruction.next;
    const state = stateOfBranch(this.r, instruction);
    if (state !== UNKNOWN) {
      if (state === UNSURE) this.order.speculate();
      const holds = branchHolds(this.r, instruction);
      if (!this.decided(holds ? YES : NO)) return this.giveUp();
      return holds ? instruction.next : instruction.target;
    }
    return this.guessed(instruction);
  }

  private guessed(instruction: Instruction): number {
    if (!this.takesItem()) return STOP;
    const kind = this.guess();
    return kind === undefined ? FORK : this.enter(instruction, kind);
  }

  /** Goes on from a choice that is taken to be of a kind. */
  private enter(instruction: Instruction, kind: number): number {
    this.order.speculate();
    this.item++;
    if (instruction.opcode === op.CROSS_CALL) return kind === NO ? instruction.next : STOP;
    if (instruction.opcode === op.MASK_TAKE && kind !== NO) {
      this.r.setCpu(instruction.into, 0, UNKNOWN);
      this.r.setMask(instruction.left, 0, UNKNOWN);
    }
    return kind === NO ? instruction.target : instruction.next;
  }

  private passTake(instruction: Instruction): number {
    const { r } = this;
    const { left, into } = instruction;
    const state = r.stateOfMask(left);
    if (state === UNKNOWN) return this.guessed(instruction);
    if (state === UNSURE) this.order.speculate();
    const mask = r.mask(left);
    if (mask === 0) return this.decided(NO) ? instruction.target : this.giveUp();
    const choices = choicesOf(this.s, mask);
    if ((choices & (choices - 1)) === 0) {
      if (!this.decided(YES)) return this.giveUp();
      r.setCpu(into, 31 - Math.clz32(choices), state);
      r.setMask(left, mask & ~choices, state);
      return instruction.next;
    }
    if (!this.takesItem()) return STOP;
    if (this.items.kinds[this.item] === NO && this.isRecorded()) return this.giveUp();
    if (this.isRecorded() && this.items.kinds[this.item] === DONE) {
      const chosen = this.items.masks[this.item]!;
      if ((mask & chosen) === 0) return this.giveUp();
      r.setCpu(into, 31 - Math.clz32(chosen), state);
      r.setMask(left, mask & ~chosen, state);
      this.keep();
    } else if (!this.isRecorded() && this.item > 0) {
      return FORK;
    } else {
      this.choose(instruction);
      if (this.item === 0 && this.s.merges) return STOP;
      r.setCpu(into, 0, UNKNOWN);
      r.setMask(left, 0, UNKNOWN);
      this.order.speculate();
      this.wait();
    }
    return instruction.next;
  }

  private passPick(instruction: Instruction): number {
    if (!this.takesItem()) return STOP;
    const { values } = this.s.system.code.dictionary;
    if (this.isRecorded() && this.items.kinds[this.item] === DONE) {
      this.r.setValue(instruction.into, values[this.items.numbers[this.item]!]!, SURE);
      this.keep();
    } else {
      if (this.r.stateOfValue(instruction.left) === SURE) this.choose(instruction);
      this.r.setValue(instruction.into, 0, UNKNOWN);
      this.wait();
    }
    return instruction.next;
  }

  private passCall(instruction: Instruction): number {
    const state = this.r.stateOfMask(instruction.right);
    if (state === UNKNOWN) {
      if (!this.takesItem()) return STOP;
      const kind = this.guess() ?? NO; // sending to somebody would hold back all that follows
      if (!this.isRecorded()) this.items.set(this.item, kind, 0, 0);
      return this.enter(instruction, kind);
    }
    if (state === UNSURE) this.order.speculate();
    const isToNobody = (this.r.mask(instruction.right) & ~(1 << this.lane)) === 0;
    if (!this.decided(isToNobody ? NO : YES)) return this.giveUp();
    return isToNobody ? instruction.next : STOP;
  }

  private isAwaited(): boolean {
    return this.s.anyNote(this.s.fields.notes.pending + this.lane);
  }

  private passAccess(instruction: Instruction): number {
    if (!this.takesItem()) return STOP;
    const access = this.newAccess(instruction);
    const kind = this.isRecorded() ? this.items.kinds[this.item]! : WAITING;
    const isMask = access.space >= 0 && this.isMask(access.space);
    this.fill(access, kind, isMask);
    if (!this.visit(access, isMask)) return this.giveUp();
    if (!this.isRecorded() && mayBeGuessed(instruction)) return FORK;
    this.leave(access, instruction, kind);
    return instruction.next;
  }

  private isMask(space: number): boolean {
    return this.s.system.spec.variables[space]!.holds === "mask";
  }

  private fill(access: Access, kind: number, isMask: boolean): void {
    const { instruction } = access;
    access.kind = kind;
    if (access.hasRead) {
      const number = this.items.numbers[this.item]!;
      const { values } = this.s.system.code.dictionary;
      access.found = access.space === TABLES ? number : values[number]!;
      if (instruction.opcode === op.COMPARE_EXCHANGE && kind === DONE) {
        access.writes = access.found === this.r.value(instruction.third);
      }
    }
    if (!access.reads || !access.hasRead) return;
    access.isUnsure =
      kind !== DONE || sourceOf(this.accesses, this.accesses.length - 1, isMask).isUnsure;
  }

  /** Goes on behind an access. */
  private leave(access: Access, instruction: Instruction, kind: number): void {
    const { into, opcode } = instruction;
    const state = !access.hasRead ? UNKNOWN : access.isUnsure ? UNSURE : SURE;
    if (opcode === op.LOAD_MASK) this.r.setMask(into, this.items.masks[this.item]!, state);
    else if (opcode === op.ATOMIC_ADD) this.r.setValue(into, access.left, state);
    else if (access.reads && access.space !== TABLES) this.r.setValue(into, access.found, state);
    this.order.pass(access, kind === NO);
    if (kind === WAITING) this.wait();
    else this.keep();
  }

  private newAccess(instruction: Instruction): Access {
    const i = this.accesses.length;
    this.pool[i] ??= new Access(instruction);
    const access = this.pool[i]!;
    describe(this.s, this.r, access, instruction);
    access.item = this.item;
    this.accesses.push(access);
    return access;
  }

  /** The item at hand is in the window already. */
  protected isRecorded(): boolean {
    return this.item < this.items.count;
  }

  /** An item stays as it is. */
  protected keep(): void {
    this.item++;
  }

  /** An item waits; it may not have been in the window. */
  protected wait(): void {
    if (!this.isRecorded()) this.items.set(this.item, WAITING, 0, 0);
    this.item++;
  }

  private giveUp(): number {
    this.hasGivenUp = true;
    return STOP;
  }

  private fork(instruction: Instruction): void {
    this.crossings[this.open] ??= new Crossing(this.s);
    const crossing = this.crossings[this.open++]!;
    crossing.registers.copy(this.r);
    crossing.order.copy(this.order);
    crossing.item = this.item;
    crossing.ordinal = this.ordinal;
    crossing.accesses = this.accesses.length;
    crossing.ownStores = this.own.count;
    if (instruction.opcode === op.MASK_TAKE && this.r.stateOfMask(instruction.left) !== UNKNOWN) {
      this.forkTake(instruction, crossing);
      this.open--;
      return;
    }
    const isBranch = !isAtomic(instruction);
    for (const kind of isBranch ? [YES, NO] : [WAITING, NO]) {
      this.goBack(crossing);
      this.items.set(this.item, kind, 0, 0);
      if (isBranch) this.run(this.enter(instruction, kind));
      else {
        const access = this.accesses.at(-1)!;
        access.kind = kind;
        this.leaveGuessed(access, instruction, kind);
        this.run(instruction.next);
      }
    }
    this.open--;
  }

  /** One way for each CPU that the loop may take. */
  private forkTake({ left, into, next }: Instruction, crossing: Crossing): void {
    const mask = this.r.mask(left);
    const state = this.r.stateOfMask(left);
    for (let rest = choicesOf(this.s, mask); rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      this.goBack(crossing);
      this.items.set(this.item, DONE, 0, bit);
      this.r.setCpu(into, 31 - Math.clz32(bit), state);
      this.r.setMask(left, mask & ~bit, state);
      this.item++;
      this.run(next);
    }
  }

  private leaveGuessed(access: Access, { into }: Instruction, kind: number): void {
    this.r.setValue(into, 0, UNKNOWN);
    this.order.pass(access, kind === NO);
    this.item++;
  }

  private goBack({ registers, order, item, ordinal, accesses, ownStores }: Crossing): void {
    this.r.copy(registers);
    this.order.copy(order);
    this.item = item;
    this.ordinal = ordinal;
    this.accesses.length = accesses;
    this.own.count = ownStores;
  }
}

/** A compare-and-exchange that fails orders nothing: what is behind it may go ahead. */
function mayBeGuessed(instruction: Instruction): boolean {
  const order = orderOf(instruction);
  return instruction.opcode === op.COMPARE_EXCHANGE && (order === "full" || order === "acquire");
}
