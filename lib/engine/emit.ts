/** The words of each kind of step. */
import type { Condition, Operand, Place, Step } from "../steps/instructions.ts";
import type { Emitter } from "./emitter.ts";
import * as op from "./opcodes.ts";
import type { Word } from "./word.ts";

/** Appends the words of steps and of the steps nested in them. */
export function emitBody(e: Emitter, steps: readonly Step[]): void {
  for (const step of steps) emitStep(e, step);
}

function emitStep(e: Emitter, step: Step): void {
  if (emitRegisterStep(e, step)) return;
  if (emitMemoryStep(e, step)) return;
  if (emitMaskStep(e, step)) return;
  if (emitControlStep(e, step)) return;
  if (emitSynchronisationStep(e, step)) return;
  emitTimeOrObservation(e, step);
}

const ARITHMETIC = {
  "+": op.ADD,
  "-": op.SUBTRACT,
  "*": op.MULTIPLY,
  "/": op.DIVIDE,
  "%": op.REMAINDER,
  min: op.MINIMUM,
  max: op.MAXIMUM,
} as const;

function emitRegisterStep(e: Emitter, step: Step): boolean {
  const a = e.linker;
  switch (step.kind) {
    case "set":
      emitSet(e, step.into, step.to);
      return true;
    case "compute":
      emitCompute(e, step);
      return true;
    case "clock":
      e.word(step.unit === "ns" ? op.CLOCK_NS : op.CLOCK_JIFFIES, {
        into: a.register(step.into),
      });
      return true;
    case "pick":
      e.word(op.PICK, { into: a.register(step.into), left: a.operand(step.below) });
      return true;
    default:
      return false;
  }
}

/** A copy is the sum with nothing, so that the loop of frequent steps needs one case less. */
function emitSet(e: Emitter, into: string, to: Operand): void {
  const a = e.linker;
  e.word(op.ADD, { into: a.register(into), left: a.operand(to), right: a.operand(0) });
}

function emitCompute(e: Emitter, step: Extract<Step, { kind: "compute" }>): void {
  const a = e.linker;
  const into = a.register(step.into);
  const left = a.operand(step.left);
  if (step.op === "-" && typeof step.right === "number") {
    e.word(op.ADD, { into, left, right: a.operand(-step.right) });
  } else e.word(ARITHMETIC[step.op], { into, left, right: a.operand(step.right) });
}

function emitMemoryStep(e: Emitter, step: Step): boolean {
  const a = e.linker;
  switch (step.kind) {
    case "load":
      emitLoad(e, step);
      return true;
    case "store":
      emitStore(e, step);
      return true;
    case "atomic":
      emitAtomic(e, step);
      return true;
    case "loadMask":
      e.word(op.LOAD_MASK, {
        more: a.mask(step.into),
        ...location(e, step.from),
        cost: a.cost("load"),
      });
      return true;
    case "testBit":
      e.word(op.TEST_BIT, {
        into: a.register(step.into),
        ...location(e, step.from),
        right: a.operand(step.cpu),
        cost: a.cost("load"),
      });
      return true;
    case "maskBit":
      e.word(step.op === "set" ? op.MASK_BIT_SET : op.MASK_BIT_CLEAR, {
        ...location(e, step.at),
        right: a.operand(step.cpu),
        cost: a.cost("atomic"),
      });
      return true;
    case "fence":
      e.word(op.DELAY, { cost: fenceCost(e, step.order) });
      return true;
    default:
      return false;
  }
}

function emitLoad(e: Emitter, step: Extract<Step, { kind: "load" }>): void {
  const a = e.linker;
  const into = a.register(step.into);
  const cost = a.cost("load");
  const place = location(e, step.from);
  if (a.variable(step.from).scope === "cpu" && !isOwn(e, step.from)) {
    e.word(op.LOAD_REMOTE, { into, ...place, cost, remoteCost: a.cost("loadRemote") });
  } else e.word(op.LOAD, { into, ...place, cost });
}

function emitStore(e: Emitter, step: Extract<Step, { kind: "store" }>): void {
  const a = e.linker;
  const value = a.operand(step.value);
  const costs = { cost: a.cost("store"), remoteCost: a.cost("loadRemote") };
  const place = location(e, step.to);
  if (isOwn(e, step.to)) e.word(op.STORE_OWN, { base: place.base, left: value, ...costs });
  else e.word(op.STORE_SHARED, { ...place, right: value, ...costs });
}

function emitAtomic(e: Emitter, step: Extract<Step, { kind: "atomic" }>): void {
  const a = e.linker;
  const opcode = {
    exchange: op.EXCHANGE,
    add: op.ATOMIC_ADD,
    compareExchange: op.COMPARE_EXCHANGE,
  }[step.op];
  e.word(opcode, {
    into: a.register(step.into ?? "(unused)"),
    ...location(e, step.at),
    right: a.operand(step.value),
    more: a.operand(step.expected ?? 0),
    cost: a.cost("atomic"),
  });
}

/** Base address of a place, and the operand that says whose variable is meant. */
function location(e: Emitter, place: Place): { base: number; left: number } {
  const a = e.linker;
  const { scope } = a.variable(place);
  const otherwise = scope === "cpu" ? "self" : 0;
  return {
    base: a.addresses.addressOf(place.variable),
    left: a.operand(place.of ?? otherwise),
  };
}

/** The variable of this very CPU, which needs no look at anybody else. */
function isOwn(e: Emitter, place: Place): boolean {
  if (e.linker.variable(place).scope !== "cpu") return false;
  return place.of === undefined || place.of === "self";
}

function fenceCost(e: Emitter, order: string): number {
  const keys: Record<string, string> = {
    full: "fenceFull",
    read: "fenceRead",
    write: "fenceWrite",
  };
  const key = keys[order];
  return key === undefined ? 0 : e.linker.cost(key);
}

function emitMaskStep(e: Emitter, step: Step): boolean {
  const a = e.linker;
  switch (step.kind) {
    case "emptyMask":
      e.word(op.MASK_EMPTY, { more: a.mask(step.mask) });
      return true;
    case "copyMask":
      e.word(op.MASK_COPY, { more: a.mask(step.into), base: a.mask(step.from) });
      return true;
    case "addCpu":
    case "removeCpu":
      e.word(step.kind === "addCpu" ? op.MASK_ADD : op.MASK_REMOVE, {
        more: a.mask(step.mask),
        left: a.operand(step.cpu),
      });
      return true;
    case "removeMask":
      e.word(op.MASK_ANDNOT, { more: a.mask(step.mask), base: a.mask(step.from) });
      return true;
    case "countMask":
      e.word(op.MASK_COUNT, { into: a.register(step.into), more: a.mask(step.mask) });
      return true;
    default:
      return false;
  }
}

/** A branch word is taken (jumps away) unless its relation holds. */
const UNLESS = {
  "==": op.UNLESS_EQ,
  "!=": op.UNLESS_NE,
  "<": op.UNLESS_LT,
  "<=": op.UNLESS_LE,
  ">": op.UNLESS_LT,
  ">=": op.UNLESS_LE,
} as const;

function emitControlStep(e: Emitter, step: Step): boolean {
  switch (step.kind) {
    case "if":
      emitIf(e, step);
      return true;
    case "while": {
      const start = e.here();
      const exit = branch(e, step.condition);
      emitBody(e, step.body);
      e.jumpBack(start);
      if (exit !== undefined) e.land(exit);
      return true;
    }
    case "forEachCpu":
      emitForEachCpu(e, step);
      return true;
    case "section":
      e.openSection(step.label);
      emitBody(e, step.body);
      e.closeSection();
      return true;
    case "leave":
      e.leaveSection(step.section);
      return true;
    default:
      return false;
  }
}

function emitIf(e: Emitter, step: Extract<Step, { kind: "if" }>): void {
  const skip = branch(e, step.condition);
  emitBody(e, step.body);
  if (step.otherwise === undefined) {
    if (skip !== undefined) e.land(skip);
    return;
  }
  const done = e.word(op.JUMP);
  if (skip !== undefined) e.land(skip);
  emitBody(e, step.otherwise);
  e.land(done);
}

function emitForEachCpu(e: Emitter, step: Extract<Step, { kind: "forEachCpu" }>): void {
  const cpu = e.linker.register(step.into);
  emitSet(e, step.into, -1);
  const start = e.here();
  const next = e.word(op.MASK_NEXT, { into: cpu, left: cpu, more: e.linker.mask(step.mask) });
  emitBody(e, step.body);
  e.jumpBack(start);
  e.land(next);
}

/** The branch word, or none when the condition always holds. */
function branch(e: Emitter, condition: Condition): Word | undefined {
  const { left, is, right } = condition;
  if (left === right && is === "==") return undefined;
  const [a, b] = [e.linker.operand(left), e.linker.operand(right)];
  return e.word(UNLESS[is], is.startsWith(">") ? { left: b, right: a } : { left: a, right: b });
}

function emitSynchronisationStep(e: Emitter, step: Step): boolean {
  const a = e.linker;
  switch (step.kind) {
    case "irqOff":
      e.word(op.IRQ_OFF, { cost: a.cost("irqOff") });
      return true;
    case "irqOn":
      e.word(op.IRQ_ON, { cost: a.cost("irqOn") });
      return true;
    case "crossCall":
      emitCrossCall(e, step);
      return true;
    case "awaitCalls":
      e.word(op.AWAIT_CALLS);
      return true;
    case "rcuLock":
    case "rcuUnlock":
      return true;
    case "gracePeriod":
      e.word(op.DELAY, { cost: a.cost("gracePeriod") });
      emitTally(e, "grace_periods", 1);
      return true;
    case "lock":
    case "unlock":
      e.word(step.kind === "lock" ? op.LOCK : op.UNLOCK, {
        ...location(e, step.lock),
        cost: a.cost("atomic"),
      });
      return true;
    case "wake":
      e.word(op.WAKE, { left: a.operand(step.cpu), cost: a.cost("wake") });
      return true;
    case "sleep":
      e.word(op.SLEEP);
      return true;
    case "runUser":
      e.word(op.RUN_USER);
      return true;
    case "awaitSleep":
      e.word(op.AWAIT_SLEEP, { left: a.operand(step.cpu), cost: a.cost("loadRemote") });
      return true;
    default:
      return false;
  }
}

/** The call word is followed by one word per argument, which carries its value. */
function emitCrossCall(e: Emitter, step: Extract<Step, { kind: "crossCall" }>): void {
  const a = e.linker;
  const values = step.handler.params.map((param) => a.operand(step.args[param]!));
  const handler = a.load(step.handler);
  e.word(op.CROSS_CALL, { more: a.mask(step.mask), base: handler, into: values.length });
  for (const left of values) e.word(op.ARGUMENT, { left });
}

function emitTimeOrObservation(e: Emitter, step: Step): void {
  const a = e.linker;
  switch (step.kind) {
    case "work":
      if (step.times === undefined) e.word(op.DELAY, { cost: a.cost(step.cost) });
      else e.word(op.WORK, { left: a.operand(step.times), more: a.cost(step.cost) });
      return;
    case "pause":
      emitPause(e, step);
      return;
    case "flushLocal":
      emitFlushLocal(e, step.pages);
      return;
    case "flushBroadcast":
    case "flushComplete":
      emitBroadcast(e, step.instruction);
      return;
    case "flushCpus":
      e.word(op.DELAY, { cost: a.cost(step.by.toLowerCase()) });
      return;
    case "hypercall":
      e.word(op.DELAY, { cost: a.cost("hypercall") });
      return;
    case "countRow":
      e.word(op.COUNT_ROW, { base: a.number(a.rows, step.row) });
      return;
    case "tally":
      emitTally(e, step.what, step.by ?? 1);
      return;
    case "begin":
    case "end":
      e.word(step.kind === "begin" ? op.BEGIN : op.END, {
        base: a.number(a.stopwatches, step.what),
      });
      return;
    case "trace": {
      const id = a.traceEvents.push({ event: step.event, detail: step.detail }) - 1;
      e.word(op.TRACE, { base: id, left: a.operand(step.pages ?? 0) });
      return;
    }
    default:
      return; // ghost steps: nothing for a clock to see
  }
}

function emitTally(e: Emitter, what: string, by: Operand): void {
  const base = e.linker.number(e.linker.tallies, what);
  if (typeof by === "number") e.word(op.TALLY, { base, more: by });
  else e.word(op.TALLY_SLOT, { base, left: e.linker.operand(by) });
}

function emitPause(e: Emitter, step: Extract<Step, { kind: "pause" }>): void {
  const { duration } = step;
  switch (duration.kind) {
    case "fixed":
      e.word(op.DELAY, { cost: duration.ns });
      return;
    case "uniform":
      e.word(op.PAUSE_UNIFORM, {
        base: duration.fromNs,
        more: duration.toNs - duration.fromNs + 1,
      });
      return;
    case "exponential":
      e.word(op.PAUSE_EXPONENTIAL, { base: duration.meanNs });
  }
}

/** Instructions that share the interconnect, and those of which that is not known. */
function emitBroadcast(e: Emitter, instruction: string): void {
  const isShared = instruction !== "INVLPGB" && instruction !== "TLBSYNC";
  const cost = e.linker.cost(instruction.toLowerCase());
  e.word(isShared ? op.BROADCAST_FLUSH : op.DELAY, { cost });
}

/** A fixed part; then everything at once (−1), or one invalidation per page. */
function emitFlushLocal(e: Emitter, pages: string | number): void {
  const a = e.linker;
  e.word(op.DELAY, { cost: a.cost("flushFixed") });
  const partial = branch(e, { left: pages, is: "!=", right: -1 });
  e.word(op.WORK, { left: a.operand(pages), more: a.cost("flushPage") });
  const done = e.word(op.JUMP);
  if (partial !== undefined) e.land(partial);
  e.word(op.DELAY, { cost: a.cost("flushFull") });
  e.land(done);
}
