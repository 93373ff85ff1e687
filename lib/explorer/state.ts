/** One state of a system, and the ways to read and change it. */
import type { Fields, FrameFields } from "./fields.ts";
import { fieldsOf, HANDLER, NMI, THREAD } from "./fields.ts";
import type { Instruction } from "./instruction.ts";
import { NOBODY, SELF } from "./instruction.ts";
import { BITS_AT, SHIFT_AT } from "./layout.ts";
import { SLOT_KIND } from "./liveness.ts";
import { SHARED } from "./ownership.ts";
import type { SearchOptions } from "./searchOptions.ts";
import type { System } from "./system.ts";
import type { Violation, Witnesses } from "./verdictData.ts";

/** Which transitions there are. */
export type StateOptions = Pick<SearchOptions, "merging" | "symmetry">;

/** Part of a field's place: its word. */
const WORD = (1 << SHIFT_AT) - 1;

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
  /** Instructions may be done ahead of earlier ones: see weak/. */
  readonly isWeak: boolean;
  /** Steps that commute with all others are taken at once: see merging.ts. */
  readonly merges: boolean;
  /** Told of each step that is merged, but for registers: who follows a schedule shows it. */
  onMerged: ((lane: number, instruction: number) => void) | undefined = undefined;
  violation: Violation | undefined = undefined;
  /** A store buffer was full, or a window, with more that could have gone in. */
  isBounded = false;
  readonly witnesses: Witnesses = {
    walkerOverlapped: false,
    tableReused: false,
    nmiInWalk: false,
    stoppedInWalk: false,
    interruptTaken: false,
    translationHeld: false,
    rightsRevoked: false,
    accessedAfter: false,
    rootLoaded: false,
    rootFreed: false,
    lazyOverlapped: false,
  };
  /** Loops over masks take their CPUs in any order: equal CPUs have none. */
  readonly anyOrder: boolean;
  /** Address spaces are freed, and nobody may have them then: see roots.ts. */
  readonly judgesRoots: boolean;
  /** Variables that say what a CPU has: storing to them is judged at once. */
  readonly judgedStores: ReadonlySet<number>;
  /** Translations may be under an ASID that all CPUs have in common. */
  readonly hasGlobalAsids: boolean;
  /** Some CPU waits for grace periods. */
  readonly hasGracePeriods: boolean;
  /** By lane: nothing but its thread ever runs there. */
  private readonly hasOnlyThread: Uint8Array;
  private readonly places: Int32Array;
  private readonly values: readonly number[];

  constructor(system: System, options: StateOptions) {
    this.system = system;
    this.fields = fieldsOf(system);
    const { table } = this.fields;
    this.places = table.places;
    this.hasOnlyThread = Uint8Array.from(system.uses.lanes, ({ isInterruptible }, lane) =>
      isInterruptible || system.nmis[lane] !== -1 ? 0 : 1,
    );
    this.values = system.code.dictionary.values;
    this.words = new Int32Array(table.size);
    this.code = system.code.instructions;
    this.lanes = system.spec.lanes.length;
    this.isTso = system.spec.memoryModel === "x86-tso";
    this.isWeak = system.spec.memoryModel === "weak";
    this.hasGlobalAsids = this.fields.hasGlobalAsids;
    this.hasGracePeriods = system.uses.lanes.some(({ waitsForReaders }) => waitsForReaders);
    this.judgesRoots = system.spec.addressSpaces !== undefined;
    this.judgedStores = judgedStoresOf(system);
    this.merges = options.merging;
    this.anyOrder = options.symmetry;
  }

  get(field: number): number {
    // A shift takes the low five bits of its right side only: see layout.ts.
    const place = this.places[field]!;
    return (this.words[place & WORD]! >>> (place >>> SHIFT_AT)) & ~(-1 << (place >>> BITS_AT));
  }

  /** Throws a RangeError for a value that has no room: nothing may be cut off in silence. */
  set(field: number, value: number): void {
    const place = this.places[field]!;
    const mask = ~(-1 << (place >>> BITS_AT));
    if ((value & mask) !== value) throw new RangeError(`value ${value} of field ${field}`);
    const at = place & WORD;
    const shift = place >>> SHIFT_AT;
    this.words[at] = (this.words[at]! & ~(mask << shift)) | (value << shift);
  }

  hasNote(note: number, lane: number): boolean {
    return this.get(this.fields.noteFields[lane]! + note) === 1;
  }

  setNote(note: number, lane: number, bit: 0 | 1): void {
    this.set(this.fields.noteFields[lane]! + note, bit);
  }

  clearNote(note: number): void {
    const { noteFields } = this.fields;
    for (let lane = 0; lane < this.lanes; lane++) this.set(noteFields[lane]! + note, 0);
  }

  anyNote(note: number): boolean {
    const { noteFields } = this.fields;
    for (let lane = 0; lane < this.lanes; lane++) {
      if (this.get(noteFields[lane]! + note) === 1) return true;
    }
    return false;
  }

  /** The frame that a CPU is in: NMI, handler or thread. */
  levelOf(lane: number): number {
    if (this.hasOnlyThread[lane] === 1) return THREAD;
    const { frames } = this.fields.lanes[lane]!;
    if (this.get(frames[NMI]!.pc) !== 0) return NMI;
    return this.get(frames[HANDLER]!.pc) !== 0 ? HANDLER : THREAD;
  }

  /** No store of the CPU waits in its buffer. */
  isDrained(lane: number): boolean {
    return !this.isTso || this.get(this.fields.lanes[lane]!.bufferCount) === 0;
  }

  /** The number in a field as a CPU reads it: its own newest store that waits comes first. */
  seen(lane: number, field: number): number {
    if (this.isTso) {
      const { bufferCount, bufferAt } = this.fields.lanes[lane]!;
      const location = this.fields.locationOf[lane]![field]!;
      for (let i = this.get(bufferCount) - 1; i >= 0; i--) {
        if (this.get(bufferAt + 2 * i) === location) return this.get(bufferAt + 2 * i + 1);
      }
    }
    return this.get(field);
  }

  /** The CPU has done something ahead of an instruction that still waits (weak). */
  runsAhead(lane: number): boolean {
    return this.isWeak && this.get(this.fields.lanes[lane]!.window) > 0;
  }

  /** Whether no other CPU can notice an instruction of a lane: see ownership.ts. */
  isOwn(lane: number, at: number): boolean {
    return this.merges && this.system.ownership[lane]![at] !== SHARED;
  }

  /** Number in the dictionary of an operand. */
  read(frame: FrameFields, operand: number): number {
    return operand >= 0 ? this.get(frame.values + operand) : ~operand;
  }

  valueOf(frame: FrameFields, operand: number): number {
    return this.values[this.read(frame, operand)]!;
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
    if (operand === NOBODY) return -1;
    for (let other = 0; other < this.lanes; other++) {
      if (this.hasNote(frame.cpus + operand, other)) return other;
    }
    return -1;
  }

  /** The instruction that a frame is at; −1 when it is not active. */
  instructionAt(frame: FrameFields): number {
    const pc = this.get(frame.pc);
    return pc === 0 ? -1 : frame.base + pc - 1;
  }

  /** A frame is at an instruction from now on. */
  jump(frame: FrameFields, instruction: number): void {
    this.set(frame.pc, instruction - frame.base + 1);
  }

  /** Goes on at an instruction; registers that are dead from there on are emptied. */
  goOn(frame: FrameFields, to: number, dead: readonly number[]): void {
    this.set(frame.pc, to - frame.base + 1);
    for (let i = 0; i < dead.length; i++) {
      const number = dead[i]!;
      const slot = number % SLOT_KIND;
      if (number < SLOT_KIND) this.set(frame.values + slot, 0);
      else if (number < 2 * SLOT_KIND) this.clearNote(frame.cpus + slot);
      else this.clearNote(frame.masks + slot);
    }
  }
}

function judgedStoresOf({ spec, code }: System): ReadonlySet<number> {
  if (spec.addressSpaces === undefined) return new Set();
  return new Set([code.variable(spec.addressSpaces.borrowed).number]);
}
