/** What is explored: CPUs with their programs, and the memory they share. */

import { badProgram, missing, tooLarge } from "../base/messages.ts";
import type { Program, Variable } from "../steps/instructions.ts";
import type { AddressSpaces } from "./addressSpaces.ts";
import { Code } from "./compile.ts";
import { Dictionary } from "./dictionary.ts";
import type { Instruction, Routine } from "./instruction.ts";
import { SELF } from "./instruction.ts";
import * as op from "./opcodes.ts";
import type { Ownership } from "./ownership.ts";
import { ownershipOf } from "./ownership.ts";
import type { Uses } from "./uses.ts";
import { instructionsOf, usesOf } from "./uses.ts";
import { checkWeak } from "./weak/roles.ts";

/** How memory behaves. */
export type MemoryModel = "sc" | "x86-tso" | "weak";

/** One CPU. */
export interface LaneSpec {
  readonly name: string;
  /** What its thread runs; nothing: it idles and takes interrupts. */
  readonly thread?: Program;
  readonly args?: Readonly<Record<string, number>>;
  /** Values of its own variables at the start. */
  readonly initial?: Readonly<Record<string, number>>;
  /** What its hardware walks from at the start: all lanes say so, or none. */
  readonly root?: LaneRoot;
  /** A program that may interrupt it once at any time, interrupts off or not. */
  readonly nmi?: Program;
  readonly nmiArgs?: Readonly<Record<string, number>>;
  /**
   * A program that may interrupt its thread at any time and any number of times while interrupts
   * are on, as a timer does that preempts it. Not together with `nmi`.
   */
  readonly timer?: Program;
  /** How often the hypervisor may stop it. Default 0. */
  readonly preemptions?: number;
}

/** The root table of a CPU at the start: CR3 of x86. */
export interface LaneRoot {
  /** The address space it is of. */
  readonly mm: number;
  /** Translations go under the ASID that all CPUs have in common for it. */
  readonly global?: boolean;
  /** The CPU ran the walked address space before: it may hold translations, under either ASID. */
  readonly hasRun?: boolean;
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
  /** Variables that are read though no program names them: others have no room in a state. */
  readonly watched?: readonly string[];
  /** Entries of a store buffer (x86-tso). Default 2. */
  readonly bufferDepth?: number;
  /** Accesses, choices and open branches that a CPU fetches ahead (weak). Default 8. */
  readonly window?: number;
  /** CPUs fill translations of a table at any time while its entry stands. Default false. */
  readonly hardwareWalkers?: boolean;
  /** With `hardwareWalkers`: which variable of a table leads to it, and with which value. */
  readonly tableEntry?: {
    readonly variable: string;
    readonly value: number;
    /** Only CPUs that have the root table of this address space walk it; without: all. */
    readonly mm?: number;
    /** The entry maps a page, and not a table: invalidations of last levels reach it. */
    readonly isLeaf?: boolean;
  };
  /**
   * Clocks read 0 or this (ns, jiffies), each time either: any time may pass, and may seem to run
   * backwards, which is more than can happen. Default 0: they stand still.
   */
  readonly later?: number;
  /** Who has which address space: needed where some are freed, and P-MM is judged. */
  readonly addressSpaces?: AddressSpaces;
  /**
   * Whose invalidations a CPU waits for: those that it has issued itself, as the architectures say,
   * or those of everybody, as was once believed of arm64. Default `issuer`.
   */
  readonly completion?: "issuer" | "everybody";
  /**
   * A mask variable: CPUs whose part of an invalidation seems done before their accesses with what
   * was invalidated are over. An interrupt ends them.
   */
  readonly earlyDone?: string;
  /**
   * What a hypervisor and a CPU that it stops share: the CPU's variable is set to `stopped` when it
   * is stopped and exchanged for 0 before it runs again; `flush` found there then, its translations
   * are flushed first.
   */
  readonly stopFlag?: {
    readonly variable: string;
    readonly stopped: number;
    readonly flush: number;
  };
}

/** Most CPUs of a system. */
export const MAX_LANES = 8;
/** Most accesses that a CPU fetches ahead (weak). */
export const MAX_WINDOW = 32;
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
  /** What the programs use: only that has room in a state. */
  readonly uses: Uses;
  /** Which accesses no other CPU can notice. */
  readonly ownership: Ownership;
}

/** Compiles a system. Throws SD005 for more than 8 CPUs, SD007 for what cannot be explored. */
export function compileSystem(spec: SystemSpec): System {
  if (spec.lanes.length > MAX_LANES) {
    throw tooLarge("CPUs of a question", spec.lanes.length, `at most ${MAX_LANES}`);
  }
  const dictionary = new Dictionary();
  for (const { initial } of spec.variables) dictionary.numberOf(initial);
  if (spec.hardwareWalkers === true && spec.tableEntry === undefined) {
    throw missing("tableEntry", "the variable that hardware walkers follow");
  }
  const code = new Code(dictionary, spec.variables, {
    roots: keepsRoots(spec),
    later: spec.later ?? 0,
  });
  const load = (program: Program | undefined): number =>
    program === undefined ? -1 : code.load(program);
  const threads = spec.lanes.map(({ thread }) => load(thread));
  const nmis = spec.lanes.map((lane) => load(besideOf(lane)));
  for (const { value } of spec.initial) if (typeof value === "number") dictionary.numberOf(value);
  for (const { args = {}, nmiArgs = {}, initial = {} } of spec.lanes) {
    for (const value of Object.values({ ...args, ...nmiArgs, ...initial })) {
      dictionary.numberOf(value);
    }
  }
  checkJudged(spec, code);
  if (spec.memoryModel === "weak") checkWeak(code.instructions);
  const { stopFlag, tableEntry } = spec;
  if (tableEntry !== undefined) {
    code.variable(tableEntry.variable);
    dictionary.numberOf(tableEntry.value);
  }
  if (stopFlag !== undefined) {
    code.variable(stopFlag.variable);
    for (const value of [stopFlag.stopped, stopFlag.flush]) dictionary.numberOf(value);
  }
  for (let i = 0; i < Math.max(spec.mms, spec.tables); i++) dictionary.numberOf(i);
  for (const { thread, timer, args = {} } of spec.lanes) {
    checkArguments(thread, args);
    checkArguments(timer, {});
  }
  if (code.instructions.some(({ opcode }) => ONES.has(opcode))) dictionary.numberOf(1);
  const used = new Set([...threads, ...nmis]);
  const system = {
    spec,
    code,
    valueBits: dictionary.fix(code.instructions.some(makesValues) ? SPARE_VALUES : 0),
    threads,
    nmis,
    handlers: code.routines.filter((_, number) => !used.has(number)),
  };
  const uses = usesOf(system);
  return { ...system, groups: groupsOf(system), uses, ownership: ownersOf(system, uses) };
}

/** Whether it is kept from which root tables hardware walks. Throws SD003 where a lane says not. */
function keepsRoots({ lanes, tableEntry, addressSpaces }: SystemSpec): boolean {
  const areGiven = lanes.some(({ root }) => root !== undefined);
  const isNeeded = areGiven || tableEntry?.mm !== undefined || addressSpaces !== undefined;
  const silent = lanes.find(({ root }) => root === undefined);
  if (isNeeded && silent !== undefined) throw missing("root", `the root table of ${silent.name}`);
  return isNeeded;
}

/** What runs on a CPU beside its thread and the handlers of calls. Throws SD007 for two of it. */
function besideOf({ name, nmi, timer }: LaneSpec): Program | undefined {
  if (nmi !== undefined && timer !== undefined) throw badProgram(name, "has an NMI and a timer");
  return nmi ?? timer;
}

/** Instructions that make a 1 which is written nowhere. */
const ONES: ReadonlySet<number> = new Set([op.LOCK, op.TEST_BIT]);

/** Whether an instruction may make values that are written nowhere. */
function makesValues({ opcode }: Instruction): boolean {
  const makers = [op.COMPUTE, op.PICK, op.ATOMIC_ADD, op.MASK_COUNT];
  return (makers as readonly number[]).includes(opcode);
}

/** Which accesses no other CPU can notice; those that properties are judged by are none of them. */
function ownersOf(
  system: Omit<System, "groups" | "uses" | "ownership">,
  { watched, lanes }: Uses,
): Ownership {
  const { spec, code, threads, nmis, handlers } = system;
  const routines = spec.lanes.flatMap((_, lane) =>
    [
      [code.routines[threads[lane]!]],
      lanes[lane]!.isInterruptible ? handlers : [],
      [code.routines[nmis[lane]!]],
    ].flatMap((found, level) =>
      found
        .filter((routine) => routine !== undefined)
        .map((routine) => {
          return { lane, level, routine, instructions: instructionsOf(system, routine) };
        }),
    ),
  );
  const judgesMms = spec.addressSpaces !== undefined;
  const variables = spec.variables.map(({ scope, holds }, i) => {
    return { scope, holds, isWatched: watched.has(i) || (judgesMms && scope === "mm") };
  });
  return ownershipOf(routines, variables, code.instructions.length);
}

/**
 * Lanes are alike when they run the same with the same values, and when nothing they run tells CPUs
 * apart: then any two of them may be exchanged in a state.
 */
function groupsOf(system: Omit<System, "groups" | "uses" | "ownership">): number[] {
  const { spec, code, threads, handlers } = system;
  if (usesMasksOfCpus(system)) return spec.lanes.map((_, i) => i);
  const areHandlersBlind = handlers.every((routine) => isBlind(system, routine));
  const keys = spec.lanes.map((lane, i) => {
    const { name: _, thread: __, ...rest } = lane;
    const routine = code.routines[threads[i]!];
    const isPlain = routine === undefined || isBlind(system, routine);
    const noted = spec.initial.map(({ value }) => Array.isArray(value) && value.includes(i));
    return isPlain && areHandlersBlind && lane.nmi === undefined && lane.timer === undefined
      ? JSON.stringify([threads[i], rest, noted])
      : `lane ${i}`;
  });
  return keys.map((key) => keys.indexOf(key));
}

/** Masks that CPUs own are counted by their owners, whom an exchange would have to rename. */
function usesMasksOfCpus({ spec, code }: Pick<System, "spec" | "code">): boolean {
  return code.instructions.some(
    ({ place }) => place?.ownerIsCpu === true && spec.variables[place.variable]!.holds === "mask",
  );
}

/**
 * Whether a routine names no CPU but its own: no mask, cross call or other CPU's variable. What it
 * would note about others is kept in their blocks, and exchanging two CPUs would lose whose it is.
 */
function isBlind(system: Pick<System, "code">, routine: Routine): boolean {
  if (routine.cpus > 0 || routine.masks > 0) return false;
  return instructionsOf(system, routine).every(
    ({ opcode, place }) =>
      !NAME_OTHERS.has(opcode) &&
      (place === undefined || !place.ownerIsCpu || place.owner === SELF),
  );
}

const NAME_OTHERS: ReadonlySet<number> = new Set([
  op.CROSS_CALL,
  op.GRACE_BEGIN,
  op.FLUSH_BROADCAST,
  op.FLUSH_CPUS,
  op.BRANCH_CPU,
  op.CPU_SET,
  op.LOAD_MASK,
  ...[op.MASK_EMPTY, op.MASK_COPY, op.MASK_ADD, op.MASK_REMOVE, op.MASK_COUNT, op.MASK_TAKE],
]);

/** Throws SD007 for steps that are judged by what is not kept: translations, who has which mm. */
function checkJudged({ hardwareWalkers, addressSpaces }: SystemSpec, code: Code): void {
  const freeing = code.instructions.find(({ opcode }) => opcode === op.FREE_ROOT);
  if (freeing !== undefined && addressSpaces === undefined) {
    throw badProgram(freeing.name, "is judged by who has which mm: it needs addressSpaces");
  }
  if (hardwareWalkers === true) return;
  for (const { opcode, word, name } of code.instructions) {
    if (opcode !== op.GHOST || !PAGE_EVENTS.includes(word)) continue;
    throw badProgram(name, "is judged by translations: it needs hardwareWalkers");
  }
}

const PAGE_EVENTS: readonly string[] = ["revoke", "freePage", "writePage"];

/** Throws SD007 when a parameter of a thread has no value. */
function checkArguments(thread: Program | undefined, args: Readonly<Record<string, number>>): void {
  for (const param of thread?.params ?? []) {
    if (args[param] === undefined) throw badProgram(thread!.name, `needs a value for ${param}`);
  }
}
