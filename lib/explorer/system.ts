/** What is explored: CPUs with their programs, and the memory they share. */
import { badProgram, tooLarge } from "../base/messages.ts";
import type { Program, Variable } from "../steps/instructions.ts";
import { Code } from "./compile.ts";
import { Dictionary } from "./dictionary.ts";
import type { Routine } from "./instruction.ts";
import { SELF } from "./instruction.ts";
import * as op from "./opcodes.ts";

/** How memory behaves. */
export type MemoryModel = "sc" | "x86-tso";

/** One CPU. */
export interface LaneSpec {
  readonly name: string;
  /** What its thread runs; nothing: it idles and takes interrupts. */
  readonly thread?: Program;
  readonly args?: Readonly<Record<string, number>>;
  /** Values of its own variables at the start. */
  readonly initial?: Readonly<Record<string, number>>;
  /** A program that may interrupt it once at any time, interrupts off or not. */
  readonly nmi?: Program;
  readonly nmiArgs?: Readonly<Record<string, number>>;
  /** How often the hypervisor may stop it. Default 0. */
  readonly preemptions?: number;
}

/** A variable that differs from its declared initial value. */
export interface InitialValue {
  readonly variable: string;
  /** The mm or table; 0 for a global variable. */
  readonly owner?: number;
  /** A number, or the lanes of a mask. */
  readonly value: number | readonly number[];
}

/** Everything that a search needs. */
export interface SystemSpec {
  readonly lanes: readonly LaneSpec[];
  readonly variables: readonly Variable[];
  /** Address spaces and page tables, counted from 0. */
  readonly mms: number;
  readonly tables: number;
  readonly initial: readonly InitialValue[];
  readonly memoryModel: MemoryModel;
  /** Entries of a store buffer (x86-tso). Default 2. */
  readonly bufferDepth?: number;
  /** CPUs fill translations of a table at any time while its entry stands. Default false. */
  readonly hardwareWalkers?: boolean;
}

/** Most CPUs of a system. */
export const MAX_LANES = 8;
/** Values that arithmetic may add to those that are written in the programs. */
const SPARE_VALUES = 4;

/** A compiled system. */
export interface System {
  readonly spec: SystemSpec;
  readonly code: Code;
  /** Bits of a register or variable. */
  readonly valueBits: number;
  /** Routine of each lane's thread and NMI; −1: none. */
  readonly threads: readonly number[];
  readonly nmis: readonly number[];
  /** Routines that some cross call runs. */
  readonly handlers: readonly Routine[];
  /** Lanes that are alike, by the number of their first one. */
  readonly groups: readonly number[];
}

/** Compiles a system. Throws SD005 for more than 8 CPUs, SD007 for what cannot be explored. */
export function compileSystem(spec: SystemSpec): System {
  if (spec.lanes.length > MAX_LANES) {
    throw tooLarge("CPUs of a question", spec.lanes.length, `at most ${MAX_LANES}`);
  }
  const dictionary = new Dictionary();
  for (const { initial } of spec.variables) dictionary.numberOf(initial);
  const code = new Code(dictionary, spec.variables);
  const load = (program: Program | undefined): number =>
    program === undefined ? -1 : code.load(program);
  const threads = spec.lanes.map(({ thread }) => load(thread));
  const nmis = spec.lanes.map(({ nmi }) => load(nmi));
  for (const { value } of spec.initial) if (typeof value === "number") dictionary.numberOf(value);
  for (const { args = {}, nmiArgs = {}, initial = {} } of spec.lanes) {
    for (const value of Object.values({ ...args, ...nmiArgs, ...initial })) {
      dictionary.numberOf(value);
    }
  }
  for (let i = 0; i < Math.max(spec.mms, spec.tables); i++) dictionary.numberOf(i);
  for (const lane of spec.lanes) checkArguments(lane.thread, lane.args ?? {});
  const used = new Set([...threads, ...nmis]);
  return {
    spec,
    code,
    valueBits: dictionary.fix(SPARE_VALUES),
    threads,
    nmis,
    handlers: code.routines.filter((_, number) => !used.has(number)),
    groups: groupsOf(spec, threads, code),
  };
}

/**
 * Lanes are alike when they run the same with the same values, and when nothing they run tells CPUs
 * apart: then any two of them may be exchanged in a state.
 */
function groupsOf(spec: SystemSpec, threads: readonly number[], code: Code): number[] {
  const keys = spec.lanes.map((lane, i) => {
    const { name: _, thread: __, ...rest } = lane;
    const routine = code.routines[threads[i]!];
    const isPlain = routine === undefined || isBlind(code, routine, threads[i]!);
    const noted = spec.initial.map(({ value }) => Array.isArray(value) && value.includes(i));
    return isPlain && lane.nmi === undefined
      ? JSON.stringify([threads[i], rest, noted])
      : `lane ${i}`;
  });
  return keys.map((key) => keys.indexOf(key));
}

/** Whether a routine names no CPU but its own: no mask, cross call or other CPU's variable. */
function isBlind(code: Code, routine: Routine, number: number): boolean {
  const next = code.routines[number + 1]?.start ?? code.instructions.length;
  return code.instructions.slice(routine.start, next).every(({ opcode, place }) => {
    if (opcode === op.CROSS_CALL || opcode === op.GRACE_BEGIN) return false;
    if (opcode === op.FLUSH_CPUS) return false;
    if (opcode >= op.BRANCH_CPU && opcode <= op.MASK_TAKE) return false;
    return place === undefined || !place.ownerIsCpu || place.owner === SELF;
  });
}

/** Throws SD007 when a parameter of a thread has no value. */
function checkArguments(thread: Program | undefined, args: Readonly<Record<string, number>>): void {
  for (const param of thread?.params ?? []) {
    if (args[param] === undefined) throw badProgram(thread!.name, `needs a value for ${param}`);
  }
}
