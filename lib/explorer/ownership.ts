/**
 * Accesses that no other CPU can notice, because none ever does anything with the variable:
 * constants, and what a CPU keeps for itself. They are as good as register steps.
 */
import type { Instruction, Routine } from "./instruction.ts";
import { SELF } from "./instruction.ts";
import * as op from "./opcodes.ts";

/** Other CPUs may notice. */
export const SHARED = 0;
/** Only other frames of the same CPU may: its handlers, its NMI. */
export const OF_CPU = 1;
/** Nobody may. */
export const OF_FRAME = 2;

/** By lane and instruction: {@link SHARED}, {@link OF_CPU} or {@link OF_FRAME}. */
export type Ownership = readonly Uint8Array[];

/** One routine as a lane runs it, in its thread, a handler or its NMI. */
export interface LaneRoutine {
  readonly lane: number;
  readonly level: number;
  readonly routine: Routine;
  readonly instructions: readonly Instruction[];
}

/** What is known of variables, by number. */
export interface OwnedVariable {
  readonly scope: string;
  readonly holds: string;
  /** Something other than a program reads or writes it, or judges who does. */
  readonly isWatched: boolean;
}

interface AccessOf extends LaneRoutine {
  readonly instruction: Instruction;
}

/** Finds who owns what. `count`: instructions of the system. */
export function ownershipOf(
  routines: readonly LaneRoutine[],
  variables: readonly OwnedVariable[],
  count: number,
): Ownership {
  const accesses: AccessOf[][] = variables.map(() => []);
  for (const one of routines) {
    for (const instruction of one.instructions) {
      const { place } = instruction;
      if (place !== undefined) accesses[place.variable]!.push({ ...one, instruction });
    }
  }
  const lanes = routines.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
  const found = Array.from({ length: lanes }, () => new Uint8Array(count).fill(NOT_RUN));
  for (const { lane, level, routine, instructions } of routines) {
    instructions.forEach(({ place }, i) => {
      const at = routine.start + i;
      const owned =
        place === undefined
          ? SHARED
          : ownedBy(variables[place.variable]!, accesses[place.variable]!, { lane, level });
      found[lane]![at] = Math.min(found[lane]![at]!, owned);
    });
  }
  return found.map((owned) => owned.map((one) => (one === NOT_RUN ? SHARED : one)));
}

/** More than any other. */
const NOT_RUN = 255;

function ownedBy(
  variable: OwnedVariable,
  accesses: readonly AccessOf[],
  { lane, level }: Pick<LaneRoutine, "lane" | "level">,
): number {
  if (variable.isWatched || variable.holds === "mask") return SHARED;
  if (accesses.every(({ instruction }) => instruction.opcode === op.LOAD)) return OF_FRAME;
  if (!accesses.every(({ instruction }) => isPlain(instruction))) return SHARED;
  const isOfCpus = variable.scope === "cpu";
  const isForeign = (one: AccessOf): boolean =>
    isOfCpus ? one.instruction.place!.owner !== SELF : one.lane !== lane;
  if (accesses.some(isForeign)) return SHARED;
  const own = accesses.filter((one) => one.lane === lane);
  return own.every((one) => one.level === level) ? OF_FRAME : OF_CPU;
}

/** Loads and stores that order nothing behind them. */
function isPlain({ opcode, word }: Instruction): boolean {
  if (opcode === op.LOAD) return word === "once";
  return opcode === op.STORE && (word === "once" || word === "release");
}
