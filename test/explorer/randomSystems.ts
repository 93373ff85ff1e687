/** Small random systems: what one CPU reads makes it use a freed table or wait for ever. */
import fc from "fast-check";
import type { LaneSpec, SystemSpec } from "../../lib/explorer/system.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { Program, Variable } from "../../lib/steps/instructions.ts";

const source = "random";

function variable(name: string, scope: Variable["scope"], initial: number): Variable {
  return { name, scope, holds: "number", initial, meaning: "random" };
}

const x = variable("x", "global", 0);
const y = variable("y", "global", 0);
const mine = variable("mine", "cpu", 0);
const entry = variable("entry", "table", 1);
/** What the thread of a CPU read: a system ends in as many ways as these differ. */
const results = [variable("result r", "cpu", 0), variable("result q", "cpu", 0)] as const;
/** A lock that nobody ever gives back. */
const stuck = variable("stuck", "global", 1);

type Write = (k: Builder) => void;

const place = fc.constantFrom(of(x, 0), of(y, 0), own(mine), of(entry, 0));
const value = fc.integer({ min: 0, max: 2 });
const register = fc.constantFrom("r", "q");

const HANDLERS: readonly Program[] = [
  program("nothing", { source }, (k) => k.work("callEmpty")),
  program("stores", { source }, (k) => k.store(of(x, 0), 1)),
  program("answers", { source }, (k) => {
    k.load("seen", of(x, 0));
    k.store(of(y, 0), "seen");
    k.store(own(mine), 2);
  }),
];

const memory: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(place, value).map(
    ([at, to]): Write =>
      (k) =>
        k.store(at, to),
  ),
  fc.tuple(register, place).map(
    ([into, at]): Write =>
      (k) =>
        k.load(into, at),
  ),
  fc.tuple(place, value).map(
    ([at, to]): Write =>
      (k) =>
        k.exchange(at, to),
  ),
  fc.tuple(place, value, register).map(
    ([at, to, into]): Write =>
      (k) =>
        k.exchange(at, to, into),
  ),
  fc.tuple(place, value).map(
    ([at, to]): Write =>
      (k) =>
        k.exchange(at, to, undefined, "relaxed"),
  ),
  fc.constantFrom("full", "read").map(
    (order): Write =>
      (k) =>
        k.fence(order as "full"),
  ),
);

const control: fc.Arbitrary<Write> = fc.oneof(
  fc.constant<Write>((k) => k.irqOff()),
  fc.constant<Write>((k) => k.irqOn()),
  register.map(
    (into): Write =>
      (k) =>
        k.pick(into, 2),
  ),
  fc.tuple(register, value).map(
    ([name, is]): Write =>
      (k) => {
        k.if(name, "==", is, () => k.lock(of(stuck, 0)));
      },
  ),
  fc.tuple(register, value).map(
    ([name, is]): Write =>
      (k) => {
        k.if(name, "!=", is, () => k.ghost("use", 0));
      },
  ),
);

const tables: fc.Arbitrary<Write> = fc.constantFrom<Write>(
  (k) => k.ghost("use", 0),
  (k) => k.ghost("detach", 0),
  (k) => {
    k.ghost("detach", 0);
    k.ghost("free", 0);
  },
  (k) => k.flushLocal(1),
  (k) => {
    k.flushBroadcast("TLBI", 1);
    k.flushComplete("DSB");
  },
);

const reading: fc.Arbitrary<Write> = fc.constantFrom<Write>(
  (k) => k.rcuLock(),
  (k) => k.rcuUnlock(),
  (k) => k.gracePeriod(),
);

const calls: fc.Arbitrary<Write> = fc.oneof(
  fc.constantFrom(...HANDLERS).map(
    (handler): Write =>
      (k) => {
        k.crossCall("online", handler);
        k.awaitCalls();
      },
  ),
  fc.constantFrom(...HANDLERS).map(
    (handler): Write =>
      (k) => {
        k.emptyMask("targets");
        k.forEachCpu("cpu", "online", () => {
          k.load("r", of(mine, "cpu"));
          k.if("r", "==", 1, () => k.addCpu("targets", "cpu"));
        });
        k.crossCall("targets", handler);
        k.awaitCalls();
      },
  ),
  fc.constantFrom(...HANDLERS).map(
    (handler): Write =>
      (k) =>
        k.crossCall("online", handler),
  ),
);

function programOf(name: string, writes: readonly Write[]): Program {
  return program(name, { source }, (k) => {
    k.set("r", 0);
    k.set("q", 0);
    for (const write of writes) write(k);
    k.store(own(results[0]), "r");
    k.store(own(results[1]), "q");
  });
}

function thread(kinds: readonly fc.Arbitrary<Write>[], most: number): fc.Arbitrary<Program> {
  return fc
    .array(fc.oneof(memory, memory, control, ...kinds), { minLength: 1, maxLength: most })
    .map((writes) => programOf("random", writes));
}

/** Systems of two or three CPUs, two of them often alike. */
export const randomSystem: fc.Arbitrary<SystemSpec> = fc
  .record({
    walker: thread([tables, reading], 5),
    other: thread([tables, reading, calls, calls], 5),
    nmi: fc.option(thread([tables], 2), { freq: 4, nil: undefined }),
    walkers: fc.constantFrom(1, 1, 2),
    preemptions: fc.constantFrom(0, 0, 0, 1),
    memoryModel: fc.constantFrom("sc" as const, "x86-tso" as const, "x86-tso" as const),
    hardwareWalkers: fc.constantFrom(false, false, false, true),
  })
  .map(({ walker, other, nmi, walkers, preemptions, memoryModel, hardwareWalkers }) => {
    const lanes: LaneSpec[] = Array.from({ length: walkers }, (_, i) => ({
      name: `walker ${i}`,
      thread: walker,
      preemptions,
    }));
    const last = { name: "other", thread: other, ...(nmi === undefined ? {} : { nmi }) };
    return {
      lanes: [...lanes, last],
      variables: [x, y, mine, entry, ...results, stuck],
      mms: 1,
      tables: 1,
      initial: [],
      memoryModel,
      hardwareWalkers,
      tableEntry: { variable: "entry", value: 1 },
    };
  });
