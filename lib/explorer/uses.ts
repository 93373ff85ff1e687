/** Which mechanisms and variables the programs of a system use: only those have room in a state. */
import type { AddressSpaces } from "./addressSpaces.ts";
import type { Instruction, Routine } from "./instruction.ts";
import * as op from "./opcodes.ts";

/** The parts of a compiled system that tell. */
export interface Compiled {
  readonly spec: {
    readonly watched?: readonly string[];
    readonly tableEntry?: { readonly variable: string };
    readonly stopFlag?: { readonly variable: string };
    readonly earlyDone?: string;
    readonly addressSpaces?: AddressSpaces;
  };
  readonly code: {
    readonly instructions: readonly Instruction[];
    readonly routines: readonly Routine[];
    variable(name: string): { readonly number: number };
  };
  readonly threads: readonly number[];
  readonly nmis: readonly number[];
  readonly handlers: readonly Routine[];
}

/** What one CPU may do in its thread, its NMI, and the handlers that it runs. */
export interface LaneUses {
  readonly masksInterrupts: boolean;
  readonly sends: boolean;
  /** Another CPU may send to it. */
  readonly isInterruptible: boolean;
  readonly waitsForReaders: boolean;
  readonly readsUnderRcu: boolean;
  /** Scopes of the invalidations that it sends: places of {@link SCOPES}. */
  readonly invalidates: readonly number[];
  /** Its thread says when it accesses pages; otherwise it may at any time. */
  readonly accesses: boolean;
  /** Variables that its plain stores write, by number: what its store buffer can name. */
  readonly stores: ReadonlySet<number>;
  /** It changes what becomes of page tables. */
  readonly marksTables: boolean;
}

/** What a system uses. */
export interface Uses {
  readonly lanes: readonly LaneUses[];
  /** Variables that some instruction names or that are watched, by number. */
  readonly variables: ReadonlySet<number>;
  /** Those that something other than a program reads or writes. */
  readonly watched: ReadonlySet<number>;
  /** No handler and no NMI sends calls, or waits for calls or readers. */
  readonly onlyThreadsWait: boolean;
}

/** What an invalidation reaches: everything; last levels; the ASID that all CPUs have in common. */
export const SCOPES: readonly string[] = ["all", "leafOnly", "globalAsid"];
/** Place of the scopes in {@link SCOPES}. */
export const SCOPE_LEAF_ONLY = 1;
/** The other one that spares something. */
export const SCOPE_GLOBAL_ASID = 2;

function isBroadcast(scope: string): (instruction: Instruction) => boolean {
  return ({ opcode, word }) => opcode === op.FLUSH_BROADCAST && word === scope;
}

/** The instructions of a routine. */
export function instructionsOf(
  { code }: Pick<Compiled, "code">,
  routine: Routine | undefined,
): readonly Instruction[] {
  if (routine === undefined) return [];
  const { instructions } = code;
  let end = routine.start;
  while (instructions[end]!.opcode !== op.END) end++;
  return instructions.slice(routine.start, end + 1);
}

/** Whether an instruction is a store that a buffer may hold. */
export function isPlainStore({ opcode, word, into }: Instruction): boolean {
  if (opcode === op.STORE || opcode === op.UNLOCK) return true;
  return opcode === op.EXCHANGE && word === "relaxed" && into < 0;
}

/** Whether an instruction is a store that says what becomes of a page table. */
export function isMark({ opcode, word }: Instruction): boolean {
  return opcode === op.GHOST && MARKS.includes(word);
}

const MARKS: readonly string[] = ["detach", "free", "reuse", "exclusive"];

/** Finds what a system uses. */
export function usesOf(system: Compiled): Uses {
  const { spec, code, threads, nmis, handlers } = system;
  const inHandlers = handlers.flatMap((routine) => instructionsOf(system, routine));
  const of = (routine: number): readonly Instruction[] =>
    instructionsOf(system, code.routines[routine]);
  const own = threads.map((thread, lane) => [...of(thread), ...of(nmis[lane]!)]);
  const sendsItself = own.map((found) => found.some(isSend));
  const allSend = inHandlers.some(isSend);
  const lanes = own.map((found, lane): LaneUses => {
    const isInterruptible = allSend || sendsItself.some((sends, other) => sends && other !== lane);
    const all = isInterruptible ? [...found, ...inHandlers] : found;
    const has = (...opcodes: readonly number[]): boolean =>
      all.some(({ opcode }) => opcodes.includes(opcode));
    return {
      masksInterrupts: has(op.IRQ_OFF),
      sends: all.some(isSend),
      isInterruptible,
      waitsForReaders: has(op.GRACE_BEGIN),
      readsUnderRcu: has(op.RCU_LOCK),
      invalidates: SCOPES.flatMap((scope, i) => (all.some(isBroadcast(scope)) ? [i] : [])),
      accesses: found.some(({ opcode, word }) => opcode === op.GHOST && word === "access"),
      stores: new Set(all.filter(isPlainStore).map(({ place }) => place!.variable)),
      marksTables: all.some(isMark),
    };
  });
  const beside = [...inHandlers, ...nmis.flatMap((nmi) => of(nmi))];
  const named = code.instructions.flatMap(({ place }) =>
    place === undefined ? [] : [place.variable],
  );
  const watched = [spec.watched, spec.tableEntry?.variable, spec.stopFlag?.variable, spec.earlyDone]
    .concat(judgedNames(spec))
    .flat()
    .filter((name) => name !== undefined)
    .map((name) => code.variable(name).number);
  return {
    lanes,
    variables: new Set([...named, ...watched]),
    watched: new Set(watched),
    onlyThreadsWait: !beside.some(({ opcode }) => WAITS.includes(opcode)),
  };
}

function judgedNames({ addressSpaces }: Compiled["spec"]): string[] {
  if (addressSpaces === undefined) return [];
  const { borrowed, users } = addressSpaces;
  return [borrowed, users];
}

const WAITS: readonly number[] = [op.CROSS_CALL, op.AWAIT_CALLS, op.GRACE_BEGIN, op.GRACE_END];

function isSend({ opcode }: Instruction): boolean {
  return opcode === op.CROSS_CALL;
}
