/** What the engine knows about a loaded program. */
import type { Program, Variable } from "../steps/instructions.ts";
import type { FrameNames } from "./frameNames.ts";
import * as op from "./opcodes.ts";

/** Where variables live in the engine's memory. */
export interface Addresses {
  readonly variables: ReadonlyMap<string, Variable>;
  addressOf(variable: string): number;
}

/** Where a program starts, and what its caller fills. */
export interface EntryPoint {
  readonly program: Program;
  readonly start: number;
  readonly params: readonly number[];
  /** Slots that hold constants, and their values: filled whenever a frame begins. */
  readonly constantSlots: Int32Array;
  readonly constants: Float64Array;
  /** No step of it touches another CPU, and it never ends: it needs no events of its own. */
  readonly isPassive: boolean;
  /** Shared variables that it reads: writers bring this CPU up to date first. */
  readonly observes: readonly string[];
  /** Total ns when it is nothing but fixed delays, else −1. */
  readonly fixedNs: number;
}

/** Whether a word carries a jump target. */
export function jumps(opcode: number): boolean {
  if (opcode === op.JUMP || opcode === op.MASK_NEXT) return true;
  if (opcode === op.UNLESS_EQ || opcode === op.UNLESS_NE) return true;
  return opcode >= op.UNLESS_LT && opcode <= op.UNLESS_GE;
}

/** Describes the program whose words begin at `start` and are the last ones so far. */
export function describeEntry(
  program: Program,
  words: readonly number[],
  start: number,
  names: FrameNames,
  addresses: Addresses,
): EntryPoint {
  const { slots, values } = names.constantTable();
  let isPassive = !canEnd(words, start);
  let fixedNs = 0;
  for (let word = start; word < words.length; word += op.WORD) {
    const opcode = words[word]!;
    if (opcode >= op.FIRST_INTERACTION && opcode !== op.FINISH) isPassive = false;
    const isFixed = opcode === op.DELAY || opcode === op.FINISH;
    fixedNs = isFixed && fixedNs >= 0 ? fixedNs + words[word + op.COST]! : -1;
  }
  return {
    program,
    start,
    params: program.params.map((name) => names.register(name)),
    constantSlots: slots,
    constants: values,
    isPassive,
    observes: observedVariables(words, start, addresses),
    fixedNs,
  };
}

function observedVariables(
  words: readonly number[],
  start: number,
  addresses: Addresses,
): string[] {
  const bases = new Set<number>();
  for (let word = start; word < words.length; word += op.WORD) {
    if (words[word] === op.LOAD_SHARED) bases.add(words[word + op.EXTRA]!);
  }
  return [...addresses.variables.values()]
    .filter(({ scope, holds }) => scope !== "cpu" && holds === "number")
    .map(({ name }) => name)
    .filter((name) => bases.has(addresses.addressOf(name)));
}

/** Whether the last word, FINISH, can be reached: by falling into it or by a jump. */
function canEnd(words: readonly number[], start: number): boolean {
  const finish = words.length - op.WORD;
  if (finish === start || words[finish - op.WORD] !== op.JUMP) return true;
  for (let word = start; word < finish; word += op.WORD) {
    if (jumps(words[word]!) && words[word + op.EXTRA] === finish) return true;
  }
  return false;
}
