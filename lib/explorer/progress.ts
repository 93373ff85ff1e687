/**
 * P-LIVE: from every state there is a way on to one in which every thread has ended that has an
 * end. A state without successors is the simplest violation; two CPUs that wait for one another
 * beside a third that goes on for ever, or a CPU that spins on what nobody will write, are others.
 * No fairness is assumed: a wait is never-ending when no interleaving at all ends it.
 *
 * Threads move through their programs in one direction only, except within loops. So it is enough
 * that from every state some way leads to a transition in which a thread leaves the loop, or the
 * instruction, that it is in: taken again and again, they lead to the end.
 */
import { THREAD } from "./fields.ts";
import { numberLoops } from "./loops.ts";
import * as op from "./opcodes.ts";
import type { ExplorerState } from "./state.ts";

/** Tells whether threads come closer to their ends. */
export class Progress {
  private readonly s: ExplorerState;
  /** By instruction: the number of its loop, larger ones first; −1: no end can be reached. */
  private readonly places: Int32Array;
  /** Where the threads were in the state that is being expanded. */
  private readonly before: Int32Array;

  constructor(s: ExplorerState) {
    this.s = s;
    this.before = new Int32Array(s.lanes);
    this.places = new Int32Array(s.code.length).fill(-1);
    for (const thread of new Set(s.system.threads)) {
      const routine = s.system.code.routines[thread];
      if (routine !== undefined) numberLoops(s.code, routine.start, this.places);
    }
  }

  /** A state is going to be expanded. */
  begin(): void {
    for (let lane = 0; lane < this.s.lanes; lane++) this.before[lane] = this.placeOf(lane);
  }

  /** Whether the thread of a CPU, which alone has moved, has come closer to its end since. */
  hasAdvanced(lane: number): boolean {
    return this.before[lane] !== -1 && this.placeOf(lane) !== this.before[lane];
  }

  /** Whether every thread that has an end has ended, and nothing is under way. */
  isFinished(): boolean {
    const { s } = this;
    for (let lane = 0; lane < s.lanes; lane++) {
      const at = s.instructionAt(s.fields.lanes[lane]!.frames[THREAD]!);
      const isThere = at < 0 || this.places[at] === -1 || s.code[at]!.opcode === op.END;
      if (!isThere || s.levelOf(lane) !== THREAD || !s.isDrained(lane)) return false;
    }
    return true;
  }

  private placeOf(lane: number): number {
    const at = this.s.instructionAt(this.s.fields.lanes[lane]!.frames[THREAD]!);
    return at < 0 ? -1 : this.places[at]!;
  }
}
