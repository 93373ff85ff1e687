/** The words of each kind of step. */
import type { Condition, Step } from "../steps/instructions.ts";
import type { Emitter } from "./assembler.ts";
import * as op from "./opcodes.ts";

/** Appends the words of a step and of the steps nested in it. */
export function emitStep(e: Emitter, step: Step): void {
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
  const a = e.assembler;
  switch (step.kind) {
    case "set":
      e.word(op.SET, [a.register(step.into), a.operand(step.to)]);
      return true;
    case "compute":
      e.word(ARITHMETIC[step.op], [
        a.register(step.into),
        a.operand(step.left),
        a.operand(step.right),
      ]);
      return true;
    case "clock":
      e.word(step.unit === "ns" ? op.CLOCK_NS : op.CLOCK_JIFFIES, [a.register(step.into)]);
      return true;
    case "pick":
      e.word(op.PICK, [a.register(step.into), a.operand(step.below)]);
      return true;
    default:
      return false;
  }
}

function emitMemoryStep(e: Emitter, step: Step): boolean {
  const a = e.assembler;
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
      e.word(
        op.LOAD_MASK,
        [a.mask(step.into), a.addresses.addressOf(step.from.variable), owner(e, step.from)],
        a.cost("load"),
      );
      return true;
    case "testBit":
      e.word(
        op.TEST_BIT,
        [
          a.register(step.into),
          a.addresses.addressOf(step.from.variable),
          owner(e, step.from),
          a.operand(step.cpu),
        ],
        a.cost("load"),
      );
      return true;
    case "maskBit":
      e.word(
        step.op === "set" ? op.MASK_BIT_SET : op.MASK_BIT_CLEAR,
        [a.addresses.addressOf(step.at.variable), owner(e, step.at), a.operand(step.cpu)],
        a.cost("atomic"),
      );
      return true;
    case "fence":
      e.word(op.DELAY, [], fenceCost(e, step.order));
      return true;
    default:
      return false;
  }
}

function emitLoad(e: Emitter, step: Extract<Step, { kind: "load" }>): void {
  const a = e.assembler;
  const variable = a.variable(step.from);
  const into = a.register(step.into);
  const base = a.addresses.addressOf(variable.name);
  const { of } = step.from;
  if (variable.scope === "cpu" && (of === undefined || of === "self")) {
    e.word(op.LOAD_OWN, [into, base], a.cost("load"));
  } else if (variable.scope === "cpu") {
    e.word(op.LOAD_REMOTE, [into, base, a.operand(of!)], a.cost("load"), a.cost("loadRemote"));
  } else {
    e.word(op.LOAD_SHARED, [into, base, owner(e, step.from)], a.cost("load"));
  }
}

function emitStore(e: Emitter, step: Extract<Step, { kind: "store" }>): void {
  const a = e.assembler;
  const variable = a.variable(step.to);
  const base = a.addresses.addressOf(variable.name);
  const value = a.operand(step.value);
  const cost = a.cost("store");
  if (variable.scope === "cpu" && (step.to.of === undefined || step.to.of === "self")) {
    e.word(op.STORE_OWN, [base, value], cost, a.cost("loadRemote"));
  } else {
    e.word(op.STORE_SHARED, [base, owner(e, step.to), value], cost, a.cost("loadRemote"));
  }
}

function emitAtomic(e: Emitter, step: Extract<Step, { kind: "atomic" }>): void {
  const a = e.assembler;
  const opcode = {
    exchange: op.EXCHANGE,
    add: op.ATOMIC_ADD,
    compareExchange: op.COMPARE_EXCHANGE,
  }[step.op];
  const base = a.addresses.addressOf(step.at.variable);
  const into = a.register(step.into ?? "(unused)");
  const expected = a.operand(step.expected ?? 0);
  const operands = [base, owner(e, step.at), a.operand(step.value), into, expected];
  e.word(opcode, operands, a.cost("atomic"));
}

/** The operand that says whose variable is meant. */
function owner(e: Emitter, place: { variable: string; of?: string | number }): number {
  const { scope } = e.assembler.variable(place);
  if (place.of !== undefined) return e.assembler.operand(place.of);
  return e.assembler.operand(scope === "cpu" ? "self" : 0);
}

function fenceCost(e: Emitter, order: string): number {
  const keys: Record<string, string> = {
    full: "fenceFull",
    read: "fenceRead",
    write: "fenceWrite",
  };
  const key = keys[order];
  return key === undefined ? 0 : e.assembler.cost(key);
}

function emitMaskStep(e: Emitter, step: Step): boolean {
  const a = e.assembler;
  switch (step.kind) {
    case "emptyMask":
      e.word(op.MASK_EMPTY, [a.mask(step.mask)]);
      return true;
    case "copyMask":
      e.word(op.MASK_COPY, [a.mask(step.into), a.mask(step.from)]);
      return true;
    case "addCpu":
    case "removeCpu":
      e.word(step.kind === "addCpu" ? op.MASK_ADD : op.MASK_REMOVE, [
        a.mask(step.mask),
        a.operand(step.cpu),
      ]);
      return true;
    case "countMask":
      e.word(op.MASK_COUNT, [a.register(step.into), a.mask(step.mask)]);
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
  ">": op.UNLESS_GT,
  ">=": op.UNLESS_GE,
} as const;

function emitControlStep(e: Emitter, step: Step): boolean {
  switch (step.kind) {
    case "if":
      emitIf(e, step);
      return true;
    case "while": {
      const start = e.here();
      const exit = branch(e, step.condition);
      e.body(step.body);
      e.word(op.JUMP, [start]);
      if (exit >= 0) e.land(exit);
      return true;
    }
    case "forEachCpu":
      emitForEachCpu(e, step);
      return true;
    case "section":
      e.openSection(step.label);
      e.body(step.body);
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
  e.body(step.body);
  if (step.otherwise === undefined) {
    if (skip >= 0) e.land(skip);
    return;
  }
  const done = e.word(op.JUMP, [0]);
  if (skip >= 0) e.land(skip);
  e.body(step.otherwise);
  e.land(done);
}

function emitForEachCpu(e: Emitter, step: Extract<Step, { kind: "forEachCpu" }>): void {
  const cpu = e.assembler.register(step.into);
  e.word(op.SET, [cpu, e.assembler.operand(-1)]);
  const next = e.word(op.MASK_NEXT, [cpu, e.assembler.mask(step.mask), 0]);
  e.body(step.body);
  e.word(op.JUMP, [next]);
  e.land(next);
}

/** The offset of the branch word, or −1 when the condition always holds. */
function branch(e: Emitter, condition: Condition): number {
  const { left, is, right } = condition;
  if (left === right && is === "==") return -1;
  return e.word(UNLESS[is], [e.assembler.operand(left), e.assembler.operand(right), 0]);
}

function emitSynchronisationStep(e: Emitter, step: Step): boolean {
  const a = e.assembler;
  switch (step.kind) {
    case "irqOff":
      e.word(op.IRQ_OFF, [], a.cost("irqOff"));
      return true;
    case "irqOn":
      e.word(op.IRQ_ON, [], a.cost("irqOn"));
      return true;
    case "crossCall":
      emitCrossCall(e, step);
      return true;
    case "awaitCalls":
      e.word(op.AWAIT_CALLS, []);
      return true;
    case "rcuLock":
    case "rcuUnlock":
      return true;
    case "gracePeriod":
      e.word(op.DELAY, [], a.cost("gracePeriod"));
      return true;
    case "lock":
    case "unlock":
      e.word(
        step.kind === "lock" ? op.LOCK : op.UNLOCK,
        [a.addresses.addressOf(step.lock.variable), owner(e, step.lock)],
        a.cost("atomic"),
      );
      return true;
    case "wake":
      e.word(op.WAKE, [a.operand(step.cpu)], a.cost("wake"));
      return true;
    case "sleep":
      e.word(op.SLEEP, []);
      return true;
    case "awaitSleep":
      e.word(op.AWAIT_SLEEP, [a.operand(step.cpu)], a.cost("loadRemote"));
      return true;
    default:
      return false;
  }
}

/** The call word is followed by one word per argument: handler register, value. */
function emitCrossCall(e: Emitter, step: Extract<Step, { kind: "crossCall" }>): void {
  const a = e.assembler;
  const values = step.handler.params.map((param) => a.operand(step.args[param]!));
  const handler = a.load(step.handler);
  e.word(op.CROSS_CALL, [a.mask(step.mask), handler, values.length]);
  for (const value of values) e.word(op.SET, [0, value]);
}

function emitTimeOrObservation(e: Emitter, step: Step): void {
  const a = e.assembler;
  switch (step.kind) {
    case "work":
      if (step.times === undefined) e.word(op.DELAY, [], a.cost(step.cost));
      else e.word(op.WORK, [a.operand(step.times)], a.cost(step.cost));
      return;
    case "pause":
      emitPause(e, step);
      return;
    case "flushLocal":
      emitFlushLocal(e, step.pages);
      return;
    case "flushBroadcast":
      e.word(op.DELAY, [], a.cost(step.instruction.toLowerCase()));
      return;
    case "flushComplete":
      e.word(op.DELAY, [], a.cost(step.instruction.toLowerCase()));
      return;
    case "hypercall":
      e.word(op.DELAY, [], a.cost("hypercall"));
      return;
    case "countRow":
      e.word(op.COUNT_ROW, [a.number(a.rows, step.row)]);
      return;
    case "tally":
      e.word(op.TALLY, [a.number(a.tallies, step.what), a.operand(step.by ?? 1)]);
      return;
    case "begin":
    case "end":
      e.word(step.kind === "begin" ? op.BEGIN : op.END, [a.number(a.stopwatches, step.what)]);
      return;
    case "trace": {
      const id = a.traceEvents.push({ event: step.event, detail: step.detail }) - 1;
      e.word(op.TRACE, [id, step.pages === undefined ? a.operand(0) : a.operand(step.pages)]);
      return;
    }
    default:
      return; // ghost steps: nothing for a clock to see
  }
}

function emitPause(e: Emitter, step: Extract<Step, { kind: "pause" }>): void {
  const { duration } = step;
  switch (duration.kind) {
    case "fixed":
      e.word(op.WORK, [e.assembler.operand(duration.ns)], 1);
      return;
    case "uniform": {
      const span = duration.toNs - duration.fromNs + 1;
      e.word(op.PAUSE_UNIFORM, [e.assembler.operand(duration.fromNs), e.assembler.operand(span)]);
      return;
    }
    case "exponential":
      e.word(op.PAUSE_EXPONENTIAL, [e.assembler.operand(duration.meanNs)]);
  }
}

/** −1 is everything: one full flush; otherwise a fixed part and one invalidation per page. */
function emitFlushLocal(e: Emitter, pages: string | number): void {
  const a = e.assembler;
  const partial = branch(e, { left: pages, is: "!=", right: -1 });
  e.word(op.DELAY, [], a.cost("flushFixed"));
  e.word(op.WORK, [a.operand(pages)], a.cost("flushPage"));
  const done = e.word(op.JUMP, [0]);
  if (partial >= 0) e.land(partial);
  e.word(op.DELAY, [], a.cost("flushFull"));
  e.land(done);
}
