/** Programs for tests: one with every kind of step, and arbitrary ones. */
import fc from "fast-check";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { Program, Variable } from "../../lib/steps/instructions.ts";

const base = { holds: "number", initial: 0, meaning: "for tests" } as const;

/** One number a CPU. */
export const flag: Variable = { ...base, name: "flag", scope: "cpu" };
/** One number an mm. */
export const count: Variable = { ...base, name: "count", scope: "mm" };
/** One mask an mm. */
export const members: Variable = { ...base, name: "members", scope: "mm", holds: "mask" };

/** What another CPU does when called: stores a value in its flag. */
export const handler: Program = program("raise_flag", { params: ["value"], source: "tests" }, (k) =>
  k.store(own(flag), "value"),
);

/** Every kind of step, every order and every duration, once at least. */
export const everyStep: Program = program(
  "every_step",
  { params: ["mm", "cpu"], source: "tests" },
  (k) => {
    registerSteps(k);
    memorySteps(k);
    maskSteps(k);
    controlSteps(k);
    synchronisationSteps(k);
    otherSteps(k);
  },
);

function registerSteps(k: Builder): void {
  k.set("a", -1);
  k.compute("b", "a", "+", 2);
  k.compute("c", "a", "min", "b");
  k.clock("start", "ns");
  k.clock("tick", "jiffies");
  k.pick("dice", 6);
}

function memorySteps(k: Builder): void {
  k.load("seen", own(flag));
  k.load("seen", of(flag, "cpu"), "acquire");
  k.store(own(flag), 1);
  k.store(of(flag, "cpu"), 0, "release");
  k.exchange(of(count, "mm"), 7, "old");
  k.add(of(count, "mm"), 1, undefined, "relaxed");
  k.compareExchange(of(count, "mm"), { from: 7, to: 8 }, "old", "acquire");
  k.loadMask("users", of(members, "mm"));
  k.setBit(of(members, "mm"), "self");
  k.clearBit(of(members, "mm"), "cpu");
  k.testBit("member", of(members, "mm"), 3);
  k.smpMb();
  k.smpRmb();
  k.fence("write");
  k.fence("compiler");
}

function maskSteps(k: Builder): void {
  k.emptyMask("targets");
  k.copyMask("targets", "online");
  k.addCpu("targets", "cpu");
  k.removeCpu("targets", 0);
  k.removeMask("targets", "online");
  k.countMask("n", "targets");
}

function controlSteps(k: Builder): void {
  k.if("n", ">", 0, () => k.set("n", 0));
  k.if(
    "n",
    "==",
    0,
    () => k.set("n", 1),
    () => k.set("n", 2),
  );
  k.while("n", "<", 3, () => k.compute("n", "n", "+", 1));
  k.forEachCpu("other", "online", () => k.load("seen", of(flag, "other")));
  k.section("retry", () => {
    k.forever(() => k.leave("retry"));
  });
}

function synchronisationSteps(k: Builder): void {
  k.irqOff();
  k.crossCall("targets", handler, { value: "n" });
  k.crossCall("online", handler, { value: 5 });
  k.awaitCalls();
  k.irqOn();
  k.rcuLock();
  k.rcuUnlock();
  k.gracePeriod();
  k.lock(of(count, "mm"));
  k.unlock(of(count, "mm"));
  k.wake("cpu");
  k.sleep();
  k.awaitSleep("cpu");
}

function otherSteps(k: Builder): void {
  k.flushLocal(-1);
  k.flushLocal("n");
  k.flushBroadcast("INVLPGB", -1);
  k.flushBroadcast("TLBI", "n");
  k.flushBroadcast("TLBI", "n", "leafOnly");
  k.flushComplete("TLBSYNC");
  k.hypercall("HvFlush");
  k.work("ptClear");
  k.work("copyPage", 512);
  k.pause({ kind: "fixed", ns: 10 });
  k.pause({ kind: "uniform", fromNs: 1, toNs: 9 });
  k.pause({ kind: "exponential", meanNs: 2000 });
  k.ghost("walk", "n");
  k.countRow("TLB");
  k.tally("rounds");
  k.tally("pages", "n");
  k.begin("flush");
  k.end("flush");
  k.trace("tlb_flush", "remote shootdown", "n");
  k.trace("tlb_flush", "remote wrong CPU");
}

/** Writes something with a builder. */
type Writer = (k: Builder) => void;

const register = fc.constantFrom("a", "b", "c");
const operand = fc.oneof(register, fc.integer({ min: -3, max: 9 }));
const mask = fc.constantFrom("m", "n");
const anyMask = fc.constantFrom("m", "n", "online");
const relation = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
const arithmetic = fc.constantFrom("+", "-", "*", "min", "max");

/** Steps that only registers and masks of this CPU take part in. */
const pure: fc.Arbitrary<Writer> = fc.oneof(
  fc.tuple(register, operand).map(
    ([into, to]): Writer =>
      (k) =>
        k.set(into, to),
  ),
  fc.tuple(register, operand, arithmetic, operand).map(
    ([into, left, op, right]): Writer =>
      (k) =>
        k.compute(into, left, op, right),
  ),
  mask.map(
    (one): Writer =>
      (k) =>
        k.emptyMask(one),
  ),
  fc.tuple(mask, anyMask).map(
    ([into, from]): Writer =>
      (k) =>
        k.copyMask(into, from),
  ),
  fc.tuple(mask, operand).map(
    ([one, cpu]): Writer =>
      (k) =>
        k.addCpu(one, cpu),
  ),
  fc.tuple(mask, operand).map(
    ([one, cpu]): Writer =>
      (k) =>
        k.removeCpu(one, cpu),
  ),
  fc.tuple(mask, anyMask).map(
    ([one, from]): Writer =>
      (k) =>
        k.removeMask(one, from),
  ),
  fc.tuple(register, anyMask).map(
    ([into, from]): Writer =>
      (k) =>
        k.countMask(into, from),
  ),
);

/** Steps that reach beyond this CPU, or that only observers see. */
const effect: fc.Arbitrary<Writer> = fc.oneof(
  fc.tuple(register, operand).map(
    ([into, cpu]): Writer =>
      (k) =>
        k.load(into, of(flag, cpu)),
  ),
  operand.map(
    (value): Writer =>
      (k) =>
        k.store(own(flag), value, "release"),
  ),
  fc.tuple(operand, register).map(([value, into]): Writer => {
    return (k) => k.exchange(of(count, 0), value, into);
  }),
  fc.tuple(anyMask, operand).map(([one, value]): Writer => {
    return (k) => k.crossCall(one, handler, { value });
  }),
  fc.constantFrom<Writer>(
    (k) => k.smpMb(),
    (k) => k.irqOff(),
    (k) => k.awaitCalls(),
    (k) => k.named("marked").tally("marks"),
    (k) => k.pause({ kind: "uniform", fromNs: 0, toNs: 5 }),
  ),
  operand.map(
    (pages): Writer =>
      (k) =>
        k.flushLocal(pages),
  ),
);

function blocks(step: fc.Arbitrary<Writer>, name: string): fc.Arbitrary<Writer[]> {
  const { steps } = fc.letrec<{ steps: Writer[]; step: Writer }>((tie) => ({
    steps: fc.array(tie("step"), { maxLength: 6, depthIdentifier: "blocks" }),
    step: fc.oneof(
      { depthIdentifier: "blocks", maxDepth: 3 },
      step,
      fc.constant<Writer>((k) => k.leave(name)),
      fc.tuple(operand, relation, operand, tie("steps"), tie("steps")).map(
        ([left, is, right, body, otherwise]): Writer =>
          (k) =>
            k.if(left, is, right, all(body, k), all(otherwise, k)),
      ),
      tie("steps").map(
        (body): Writer =>
          (k) =>
            k.section("s", all(body, k)),
      ),
      tie("steps").map((body): Writer => {
        const leaving: Writer = (k) => k.leave("t");
        return (k) => k.section("t", all([...body, leaving], k));
      }),
      fc.tuple(register, anyMask, tie("steps")).map(([into, one, body]): Writer => {
        return (k) => k.forEachCpu(into, one, all(body, k));
      }),
    ),
  }));
  return steps;
}

function all(writers: readonly Writer[], k: Builder): () => void {
  return () => {
    for (const write of writers) write(k);
  };
}

function initialised(name: string, params: readonly string[], writers: readonly Writer[]): Program {
  return program(name, { params, source: "tests" }, (k) => {
    for (const one of ["a", "b", "c"]) if (!params.includes(one)) k.set(one, 0);
    k.emptyMask("m");
    k.emptyMask("n");
    all(writers, k)();
  });
}

/** Any program over three registers and two masks. */
export const anyProgram: fc.Arbitrary<Program> = blocks(fc.oneof(pure, effect), "any").map(
  (writers) => initialised("any", [], writers),
);

/** Any program with the parameters `a` and `b` that ends and touches nothing but registers. */
export const anyFunction: fc.Arbitrary<Program> = blocks(pure, "f").map((writers) =>
  initialised("f", ["a", "b"], writers),
);
