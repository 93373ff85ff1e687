/** Programs as the explorer runs them: one instruction a step that anybody can notice. */
import type { Relation } from "../steps/instructions.ts";

/**
 * A value of an instruction: a register slot (0 or more) or a constant, as the complement of its
 * number in the dictionary of values.
 */
export type Value = number;

/** A CPU of an instruction: the slot of a CPU register (0 or more), or this CPU. */
export type CpuValue = number;

/** This CPU. */
export const SELF: CpuValue = -1;

/** No CPU: what Linux writes as CPU -1. */
export const NOBODY: CpuValue = -2;

/** The mask of online CPUs, among slots of mask registers. */
export const ONLINE = -1;

/** A place in memory: the first location of a variable, and whose it is. */
export interface PlaceCode {
  /** Number of the variable in the model's memory. */
  readonly variable: number;
  /** Of a CPU: which one; of an mm or a table: its number as a value. */
  owner: number;
  readonly ownerIsCpu: boolean;
}

/** One instruction. Fields that a kind does not use are 0. */
export interface Instruction {
  readonly opcode: number;
  /** Register (or CPU, or mask) slot that receives the result; −1: none. */
  into: number;
  /** Operands: values, CPUs or mask slots, by the kind. */
  left: number;
  right: number;
  /** A third operand: what a compare-and-exchange expects. */
  third: number;
  readonly place: PlaceCode | undefined;
  readonly relation: Relation | undefined;
  /** Arithmetic operator, order of an access or fence, instruction or service, kind of ghost. */
  readonly word: string;
  /** Cross call: the routine of the handler, and what its parameters get. */
  readonly handler: number;
  args: readonly number[];
  /** The instruction after it, and where a branch leads. */
  next: number;
  target: number;
  /** The step it stands for: its name, and its kernel words. */
  readonly name: string;
  readonly text: string;
  /** Register slots that are dead after it, on the way to `next` and to `target`. */
  deadAtNext: readonly number[];
  deadAtTarget: readonly number[];
}

/** One program, ready to run: where it starts, and what it needs. */
export interface Routine {
  readonly name: string;
  readonly start: number;
  /** Slots of value, CPU and mask registers. */
  readonly values: number;
  readonly cpus: number;
  readonly masks: number;
  /** Slots of the parameters: of values, or of CPUs. */
  readonly params: readonly { readonly slot: number; readonly isCpu: boolean }[];
}
