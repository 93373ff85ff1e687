/** What the engine knows about a loaded program. */
import type { Program, Variable } from "../steps/instructions.ts";
import type { FrameNames } from "./frameNames.ts";
import * as op from "./opcodes.ts";
import type { Word } from "./word.ts";

/** Where variables live in the engine's memory. */
export interface Addresses {
  readonly variables: ReadonlyMap<string, Variable>;
  addressOf(variable: string): number;
}

/** Where a program starts, and what its caller fills. */
export interface EntryPoint {
  readonly program: Program;
  readonly start: Word;
  readonly params: readonly number[];
  /** Slots that hold constants, and their values: filled whenever a frame begins. */
  readonly constantSlots: Int32Array;
  readonly constants: Float64Array;
  /** No step of it touches another CPU, and it never ends: it needs no events of its own. */
  readonly isPassive: boolean;
  /** Shared variables that it reads: writers bring this CPU up to date first. */
  readonly observes: readonly string[];
  /** Some step of it calls other CPUs, wakes, waits or sleeps. */
  readonly mayWait: boolean;
  /** Total ns when it is nothing but fixed delays, else −1. */
  readonly fixedNs: number;
}

/** Describes a program by its words. */
export function describeEntry(
  program: Program,
  words: readonly Word[],
  names: FrameNames,
  addresses: Addresses,
): EntryPoint {
  const { slots, values } = names.constantTable();
  const finish = words.at(-1)!;
  const touchesNobody = words.every(
    (word) => word === finish || word.opcode < op.FIRST_INTERACTION,
  );
  const isFixed = words.every((word) => word === finish || word.opcode === op.DELAY);
  return {
    program,
    start: words[0]!,
    params: program.params.map((name) => names.register(name)),
    constantSlots: slots,
    constants: values,
    isPassive: touchesNobody && !isReached(finish, words),
    observes: observedVariables(words, addresses),
    mayWait: words.some(({ opcode }) => opcode >= op.CROSS_CALL && opcode !== op.FINISH),
    fixedNs: isFixed ? words.reduce((sum, { cost }) => sum + cost, 0) : -1,
  };
}

function observedVariables(words: readonly Word[], addresses: Addresses): string[] {
  const loads = words.filter(({ opcode }) => opcode === op.LOAD);
  const bases = new Set(loads.map(({ base }) => base));
  return [...addresses.variables.values()]
    .filter(({ scope, holds }) => scope !== "cpu" && holds === "number")
    .map(({ name }) => name)
    .filter((name) => bases.has(addresses.addressOf(name)));
}

/** Whether the last word can be reached: as the first one, by a jump, or by falling into it. */
function isReached(last: Word, words: readonly Word[]): boolean {
  const leads = ({ opcode, next, target }: Word): boolean =>
    opcode !== op.JUMP && (next === last || target === last);
  return words[0] === last || words.some((word) => word !== last && leads(word));
}
