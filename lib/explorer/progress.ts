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
  /** Lanes whose threads have an end: the others come no closer to one. */
  private readonly ending: readonly number[];
  private readonly hasEnd: Uint8Array;
  /** In the state that is being expanded, every thread that has an end is at it. */
  areThreadsAtEnd = false;

  constructor(s: ExplorerState) {
    this.s = s;
    this.before = new Int32Array(s.lanes);
    this.places = new Int32Array(s.code.length).fill(-1);
    for (const thread of new Set(s.system.threads)) {
      const routine = s.system.code.routines[thread];
      if (routine !== undefined) numberLoops(s.code, routine.start, this.places);
    }
    this.hasEnd = Uint8Array.from(s.system.threads, (thread) => {
      const routine = s.system.code.routines[thread];
      return routine !== undefined && this.places[routine.start] !== -1 ? 1 : 0;
    });
    this.ending = Array.from(this.hasEnd.keys()).filter((lane) => this.hasEnd[lane] === 1);
  }

  /** A state is going to be expanded. */
  begin(): void {
    const { s, ending } = this;
    this.areThreadsAtEnd = true;
    for (let i = 0; i < ending.length; i++) {
      const lane = ending[i]!;
      const at = s.instructionAt(s.fields.lanes[lane]!.frames[THREAD]!);
      this.before[lane] = this.places[at]!;
      const isThere = this.places[at] === -1 || s.code[at]!.opcode === op.END;
      if (!isThere) this.areThreadsAtEnd = false;
    }
  }

  /** Whether the thread of a CPU, which alone has moved, has come closer to its end since. */
  hasAdvanced(lane: number): boolean {
    if (this.hasEnd[lane] === 0) return false;
    return this.before[lane] !== -1 && this.placeOf(lane) !== this.before[lane];
  }

  /**
   * Whether, besides, no handler is under way in the state at hand, which is that one. Stores may
   * be: nothing ever keeps a buffer from being emptied.
   */
  isFinished(): boolean {
    const { s } = this;
    for (let lane = 0; lane < s.lanes; lane++) if (s.levelOf(lane) !== THREAD) return false;
    return true;
  }

  private placeOf(lane: number): number {
    const at = this.s.instructionAt(this.s.fields.lanes[lane]!.frames[THREAD]!);
    return at < 0 ? -1 : this.places[at]!;
  }
}
