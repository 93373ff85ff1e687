/**
 * What can happen next: every step that some CPU can take, every store that can leave a buffer,
 * every interrupt, NMI and preemption that can come, every translation that hardware can fetch.
 *
 * Memory models: under `sc` a store is seen at once; under `x86-tso` it waits in a buffer of its
 * CPU, whose own loads see it, and locked instructions, full fences, interrupts and sending wait
 * until the buffer is empty. Under `weak` a CPU does what nothing before it holds back: see weak/.
 */
import { enterHandler, enterNmi, leaveFrame } from "./calls.ts";
import type { FrameFields } from "./fields.ts";
import { NMI, THREAD } from "./fields.ts";
import { preempt, resume } from "./hypervisor.ts";
import type { Instruction } from "./instruction.ts";
import { finishLate, isLate, receiveInvalidation } from "./invalidations.ts";
import { firstLeft, nextLeft, takeLane } from "./maskLoops.ts";
import { drain } from "./memory.ts";
import { settleLane } from "./merging.ts";
import * as op from "./opcodes.ts";
import { runLocal } from "./registers.ts";
import { RootJudge } from "./roots.ts";
import { runShared } from "./sharedSteps.ts";
import type { ExplorerState } from "./state.ts";
import type { TransitionKind, TransitionLabel } from "./transition.ts";
import { fill, holdsNow, mayFill } from "./translations.ts";
import { SCOPES } from "./uses.ts";
import { WeakSteps } from "./weak/steps.ts";

/** What can ever happen to a CPU: nothing else is looked for in its states. */
interface LaneTraits {
  /** The hypervisor may stop it. */
  readonly isStopped: boolean;
  readonly hasNmi: boolean;
  readonly hasTimer: boolean;
  /** CPUs that may send it calls. */
  readonly senders: readonly number[];
}

function traitsOf({ system }: ExplorerState, lane: number): LaneTraits {
  const { nmi, timer, preemptions = 0 } = system.spec.lanes[lane]!;
  const { lanes } = system.uses;
  const senders = lanes.flatMap(({ sends }, other) => (sends && other !== lane ? [other] : []));
  return {
    isStopped: preemptions > 0,
    hasNmi: nmi !== undefined,
    hasTimer: timer !== undefined,
    senders: lanes[lane]!.isInterruptible ? senders : [],
  };
}

/** Reports the successors of states. */
export class Expansion {
  readonly label: TransitionLabel = {
    lane: 0,
    kind: "step",
    instruction: -1,
    detail: 0,
    isHalf: false,
  };
  private readonly s: ExplorerState;
  private readonly base: Int32Array;
  private readonly report: () => void;
  /** Some CPU invalidates the translations of others. */
  private readonly invalidates: boolean;
  private readonly hardwareWalks: boolean;
  private readonly lanes: readonly LaneTraits[];
  private readonly weak: WeakSteps | undefined;
  private readonly roots: RootJudge | undefined;
  /** A property is broken: the label says by what, and nothing more is reported. */
  private isOver = false;

  /** `report` is called with each successor in `s.words`, and its label. */
  constructor(s: ExplorerState, report: () => void) {
    this.s = s;
    this.base = new Int32Array(s.words.length);
    this.report = report;
    this.invalidates = s.system.uses.lanes.some(({ invalidates }) => invalidates.length > 0);
    const { addressSpaces, hardwareWalkers } = s.system.spec;
    this.hardwareWalks = hardwareWalkers === true;
    this.lanes = s.system.uses.lanes.map((_, lane) => traitsOf(s, lane));
    this.roots = addressSpaces === undefined ? undefined : new RootJudge(s, addressSpaces);
    this.weak = s.isWeak ? new WeakSteps(s, this.label, () => this.done()) : undefined;
  }

  /** Reports every successor of the state in `s.words`, or sets `s.violation` and stops. */
  expand(): void {
    const { s } = this;
    const { base } = this;
    this.isOver = false;
    for (let i = 0; i < base.length; i++) base[i] = s.words[i]!;
    for (let lane = 0; lane < s.lanes; lane++) {
      this.expandLane(lane);
      if (s.violation !== undefined) return;
    }
  }

  private expandLane(lane: number): void {
    const { s } = this;
    const fields = s.fields.lanes[lane]!;
    const traits = this.lanes[lane]!;
    if (traits.isStopped && s.get(fields.preempted) === 1) {
      this.begin(lane, "resume", -1, 0);
      resume(s, lane);
      this.done();
      return;
    }
    const level = s.levelOf(lane);
    const at = s.instructionAt(fields.frames[level]!);
    if (this.weak !== undefined) this.weak.expand(lane, level);
    else if (at >= 0) this.expandInstruction(lane, level, at);
    if (s.violation !== undefined) return;
    if (s.runsAhead(lane)) {
      // Interrupts are precise: nothing behind the instruction they come before has been done.
      if (this.hardwareWalks) this.fill(lane);
      this.receiveInvalidations(lane);
      return;
    }
    if (!s.isDrained(lane)) {
      this.begin(lane, "drain", -1, s.get(fields.bufferAt));
      drain(s, lane);
      this.done();
    }
    if (level === THREAD) this.takeInterrupts(lane, traits.senders);
    if (traits.hasNmi && level !== NMI && s.get(fields.nmiLeft) === 1) {
      this.begin(lane, "nmi", -1, 0);
      enterNmi(s, lane);
      this.done();
    }
    if (traits.hasTimer && level === THREAD) this.takeTimer(lane);
    if (traits.isStopped && s.get(fields.preemptionsLeft) > 0) this.preempt(lane);
    if (this.hardwareWalks) this.fill(lane);
    if (this.invalidates) this.receiveInvalidations(lane);
  }

  private begin(lane: number, kind: TransitionKind, instruction: number, detail: number): void {
    this.isOver = this.s.violation !== undefined;
    if (this.isOver) return;
    this.label.lane = lane;
    this.label.kind = kind;
    this.label.instruction = instruction;
    this.label.detail = detail;
  }

  /** The successor is complete: registers settle, it is reported, and the state is as before. */
  private done(): void {
    if (!this.isOver) {
      settleLane(this.s, this.label.lane);
      this.roots?.judge();
      this.report();
    }
    this.restore();
  }

  private restore(): void {
    const { base } = this;
    const { words } = this.s;
    for (let i = 0; i < base.length; i++) words[i] = base[i]!;
  }

  private expandInstruction(lane: number, level: number, pc: number): void {
    const { s } = this;
    const instruction = s.code[pc]!;
    const frame = s.fields.lanes[lane]!.frames[level]!;
    const { opcode } = instruction;
    this.begin(lane, "step", pc, 0);
    if (opcode === op.PICK) this.pick(frame, instruction);
    else if (opcode === op.MASK_TAKE) this.take(frame, instruction);
    else if (opcode === op.END) {
      if (level === THREAD || !s.isDrained(lane)) return;
      leaveFrame(s, lane, level);
      this.done();
    } else if (opcode <= op.LAST_LOCAL) {
      runLocal(s, lane, frame, instruction);
      this.done();
    } else if (runShared(s, lane, frame, instruction)) {
      s.goOn(frame, instruction.next, instruction.deadAtNext);
      this.done();
    } else this.restore();
  }

  private pick(frame: FrameFields, instruction: Instruction): void {
    const { s } = this;
    const below = Math.max(1, s.valueOf(frame, instruction.left));
    for (let value = 0; value < below && s.violation === undefined; value++) {
      this.label.detail = value;
      s.writeValue(frame, instruction.into, value);
      s.goOn(frame, instruction.next, instruction.deadAtNext);
      this.done();
    }
  }

  private take(frame: FrameFields, instruction: Instruction): void {
    const { s } = this;
    let lane = firstLeft(s, frame, instruction);
    do {
      const another = lane < 0 ? -1 : nextLeft(s, frame, instruction, lane);
      this.label.detail = lane;
      takeLane(s, frame, instruction, lane);
      this.done();
      lane = another;
    } while (lane >= 0 && s.violation === undefined);
  }

  private takeInterrupts(lane: number, senders: readonly number[]): void {
    const { s } = this;
    if (senders.length === 0) return;
    if (s.get(s.fields.lanes[lane]!.irqOff) === 1 || !s.isDrained(lane)) return;
    for (let i = 0; i < senders.length; i++) {
      const sender = senders[i]!;
      if (!s.hasNote(s.fields.notes.pending + sender, lane)) continue;
      s.witnesses.interruptTaken = true;
      this.begin(lane, "interrupt", -1, sender);
      enterHandler(s, lane, sender);
      this.done();
    }
  }

  private takeTimer(lane: number): void {
    const { s } = this;
    if (s.get(s.fields.lanes[lane]!.irqOff) === 1 || !s.isDrained(lane)) return;
    this.begin(lane, "timer", -1, 0);
    enterNmi(s, lane);
    this.done();
  }

  private preempt(lane: number): void {
    this.begin(lane, "preempt", -1, 0);
    if (preempt(this.s, lane)) this.done();
  }

  /** Hardware walks whenever it likes, as long as the entry leads to the table. */
  private fill(lane: number): void {
    const { s } = this;
    for (let table = 0; table < s.system.spec.tables; table++) {
      if (holdsNow(s, lane, table) || !mayFill(s, lane, table)) continue;
      this.begin(lane, "fill", -1, table);
      fill(s, lane, table);
      this.done();
    }
  }

  private receiveInvalidations(lane: number): void {
    const { s } = this;
    for (let scope = 0; scope < SCOPES.length; scope++) {
      for (let issuer = 0; issuer < s.lanes; issuer++) {
        if (!receiveInvalidation(s, lane, scope, issuer)) continue;
        this.begin(lane, "invalidate", -1, issuer);
        this.done();
      }
    }
    if (!isLate(s, lane)) return;
    this.begin(lane, "invalidate", -1, lane);
    finishLate(s, lane);
    this.done();
  }
}

/**
 * Some CPU has done something early that turned out to be too early (weak). Nothing can come of it,
 * and no deadlock is concluded from it: without it the CPU stands elsewhere, in another state.
 */
export function isMistaken(s: ExplorerState): boolean {
  return s.fields.lanes.some((_, lane) => s.runsAhead(lane));
}

/** Whether every thread has ended and nothing is under way. */
export function isFinished(s: ExplorerState): boolean {
  return s.fields.lanes.every(({ frames }, lane) => {
    const at = s.instructionAt(frames[THREAD]!);
    const hasEnded = at < 0 || s.code[at]!.opcode === op.END;
    return hasEnded && s.levelOf(lane) === THREAD && s.isDrained(lane);
  });
}
