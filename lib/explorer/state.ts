/** One state of a system, and the ways to read and change it. */
import type { Fields, FrameFields } from "./fields.ts";
import { fieldsOf, HANDLER, NMI, THREAD } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import { SELF } from "./instruction.ts";
import { SLOT_KIND } from "./liveness.ts";
import type { System } from "./system.ts";
import type { Violation, Witnesses } from "./verdictData.ts";

/**
 * The state at hand. Functions of this folder take it as `s` and change it in place; whoever
 * expands a state puts it back afterwards.
 */
export class ExplorerState {
  readonly system: System;
  readonly fields: Fields;
  readonly words: Int32Array;
  readonly code: readonly Instruction[];
  readonly lanes: number;
  readonly isTso: boolean;
  /** Register steps are taken at once, and loops take CPUs in any order. */
  readonly merges: boolean;
  violation: Violation | undefined = undefined;
  readonly witnesses: Witnesses = {
    walkerOverlapped: false,
    tableReused: false,
    interruptTaken: false,
    translationHeld: false,
  };
  private readonly word: Int32Array;
  private readonly shift: Int32Array;
  private readonly mask: Int32Array;

  constructor(system: System, options: { readonly merges: boolean }) {
    this.system = system;
    this.fields = fieldsOf(system);
    const { table } = this.fields;
    this.word = table.word;
    this.shift = table.shift;
    this.mask = table.mask;
    this.words = new Int32Array(table.size);
    this.code = system.code.instructions;
    this.lanes = system.spec.lanes.length;
    this.isTso = system.spec.memoryModel === "x86-tso";
    this.merges = options.merges;
  }

  get(field: number): number {
    return (this.words[this.word[field]!]! >>> this.shift[field]!) & this.mask[field]!;
  }

  set(field: number, value: number): void {
    const at = this.word[field]!;
    const shift = this.shift[field]!;
    this.words[at] = (this.words[at]! & ~(this.mask[field]! << shift)) | (value << shift);
  }

  hasNote(note: number, lane: number): boolean {
    return this.get(this.fields.note(note, lane)) === 1;
  }

  setNote(note: number, lane: number, bit: 0 | 1): void {
    this.set(this.fields.note(note, lane), bit);
  }

  clearNote(note: number): void {
    for (let lane = 0; lane < this.lanes; lane++) this.setNote(note, lane, 0);
  }

  anyNote(note: number): boolean {
    for (let lane = 0; lane < this.lanes; lane++) if (this.hasNote(note, lane)) return true;
    return false;
  }

  /** The frame that a CPU is in: NMI, handler or thread. */
  levelOf(lane: number): number {
    const { frames } = this.fields.lanes[lane]!;
    if (this.get(frames[NMI]!.pc) !== 0) return NMI;
    return this.get(frames[HANDLER]!.pc) !== 0 ? HANDLER : THREAD;
  }

  /** No store of the CPU waits in its buffer. */
  isDrained(lane: number): boolean {
    return !this.isTso || this.get(this.fields.lanes[lane]!.bufferCount) === 0;
  }

  /** Number in the dictionary of an operand. */
  read(frame: FrameFields, operand: number): number {
    return operand >= 0 ? this.get(frame.values + operand) : ~operand;
  }

  valueOf(frame: FrameFields, operand: number): number {
    return this.system.code.dictionary.values[this.read(frame, operand)]!;
  }

  write(frame: FrameFields, into: number, number: number): void {
    if (into >= 0) this.set(frame.values + into, number);
  }

  writeValue(frame: FrameFields, into: number, value: number): void {
    this.write(frame, into, this.system.code.dictionary.numberOf(value));
  }

  /** The lane that an operand names; −1 when its register holds none. */
  cpuOf(lane: number, frame: FrameFields, operand: number): number {
    if (operand === SELF) return lane;
    for (let other = 0; other < this.lanes; other++) {
      if (this.hasNote(frame.cpus + operand, other)) return other;
    }
    return -1;
  }

  /** Goes on at an instruction; registers that are dead from there on are emptied. */
  goOn(frame: FrameFields, to: number, dead: readonly number[]): void {
    this.set(frame.pc, to + 1);
    for (const number of dead) {
      const slot = number % SLOT_KIND;
      if (number < SLOT_KIND) this.set(frame.values + slot, 0);
      else if (number < 2 * SLOT_KIND) this.clearNote(frame.cpus + slot);
      else this.clearNote(frame.masks + slot);
    }
  }
}
