/**
 * What a CPU can do under the weak model, as transitions: its oldest instruction, where it is none
 * of those that others may pass, or anything in its window that nothing holds back.
 */
import { leaveFrame } from "../calls.ts";
import { THREAD } from "../fields.ts";
import { firstLeft, takeLane } from "../maskLoops.ts";
import * as op from "../opcodes.ts";
import { leaveReadSection } from "../readSections.ts";
import { runLocal } from "../registers.ts";
import { judgeAccess } from "../roots.ts";
import { runShared } from "../sharedSteps.ts";
import type { ExplorerState } from "../state.ts";
import type { TransitionLabel } from "../transition.ts";
import { makeVisible } from "./memoryAhead.ts";
import { Reservations } from "./reservations.ts";
import { isItem, isSilent, retire } from "./retirement.ts";
import { Revision } from "./revision.ts";
import type { Progress } from "./successors.ts";
import { Successors } from "./successors.ts";
import { YES } from "./window.ts";

/** Reports the transitions of single CPUs. */
export class WeakSteps {
  private readonly s: ExplorerState;
  private readonly label: TransitionLabel;
  private readonly done: () => void;
  private readonly successors: Successors;
  private readonly revision: Revision;
  private readonly reservations: Reservations;
  private readonly before: Int32Array;
  private lane = 0;
  private level = THREAD;

  /** `done` reports the state at hand as a successor and puts the words back. */
  constructor(s: ExplorerState, label: TransitionLabel, done: () => void) {
    this.s = s;
    this.label = label;
    this.done = done;
    this.successors = new Successors(s, (progress) => this.take(progress));
    this.revision = new Revision(s);
    this.reservations = new Reservations(s);
    this.before = new Int32Array(s.words.length);
  }

  /** Reports all of one CPU, or stops where a property is violated. */
  expand(lane: number, level: number): void {
    const { s } = this;
    this.lane = lane;
    this.level = level;
    const at = s.instructionAt(s.fields.lanes[lane]!.frames[level]!);
    if (at < 0) return;
    this.before.set(s.words);
    if (!isItem(s, lane, level)) {
      this.takeOldest(at);
      if (s.merges && isSilent(s, lane, at)) return;
    }
    if (s.violation === undefined) this.successors.find(lane, level);
  }

  /** The oldest instruction, where others may pass it or all must wait for it. */
  private takeOldest(at: number): void {
    const { s, lane, level } = this;
    const frame = s.fields.lanes[lane]!.frames[level]!;
    const instruction = s.code[at]!;
    const { opcode } = instruction;
    this.name("step", at, 0);
    if (opcode === op.END) {
      if (level === THREAD) return;
      leaveFrame(s, lane, level);
    } else if (opcode === op.MASK_TAKE) {
      takeLane(s, frame, instruction, firstLeft(s, frame, instruction));
    } else if (opcode <= op.LAST_LOCAL) {
      runLocal(s, lane, frame, instruction);
    } else if (runShared(s, lane, frame, instruction)) {
      s.goOn(frame, instruction.next, instruction.deadAtNext);
    } else {
      s.words.set(this.before);
      return;
    }
    this.finish();
  }

  private take({ items, fresh, instruction, isOldest, store, access, found }: Progress): void {
    const { s, lane, level } = this;
    if (s.violation !== undefined) return;
    this.name(isOldest ? "step" : "early", instruction, found);
    this.label.isHalf = items.kinds[fresh] === YES && s.code[instruction]!.place !== undefined;
    // What was found tells something new only about items behind it.
    const tells = fresh < items.count - 1;
    if (tells && !this.revision.revise(lane, level, items, fresh)) return;
    if (store !== undefined && this.reservations.breaks(lane, store)) return;
    // A load that is early could as well be done late: then it is the oldest, and judged.
    const judged = isOldest ? access : store;
    if (judged !== undefined && judged.space >= 0) {
      judgeAccess(s, lane, judged.space, judged.owner);
    }
    if (store !== undefined) makeVisible(s, lane, store, found);
    (tells ? this.revision.kept : items).write(s, lane);
    this.finish();
  }

  /** What is done in order is forgotten, and the successor is complete. */
  private finish(): void {
    const { s, lane } = this;
    retire(s, lane);
    leaveReadSection(s, lane);
    this.done();
  }

  private name(kind: "step" | "early", instruction: number, detail: number): void {
    this.label.lane = this.lane;
    this.label.kind = kind;
    this.label.instruction = instruction;
    this.label.detail = detail;
    this.label.isHalf = false;
  }
}
