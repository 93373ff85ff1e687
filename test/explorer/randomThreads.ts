/** Small random systems that end by themselves, as the engine wants them: no waits for nothing. */
import fc from "fast-check";
import type { SystemSpec } from "../../lib/explorer/system.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { Place, Program, Variable } from "../../lib/steps/instructions.ts";

const source = "random";

function variable(name: string, scope: Variable["scope"], holds: "number" | "mask"): Variable {
  return { name, scope, holds, initial: 0, meaning: "random" };
}

const x = variable("x", "global", "number");
const y = variable("y", "mm", "number");
const mine = variable("mine", "cpu", "number");
const members = variable("members", "mm", "mask");

type Write = (k: Builder) => void;

const place: fc.Arbitrary<Place> = fc.constantFrom(of(x, 0), of(y, 0), of(y, 1), own(mine));
const value = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constantFrom("r", "q"));
const register = fc.constantFrom("r", "q");

/** One step that reads or writes memory, or only registers. */
const simple: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(place, value).map(
    ([at, to]) =>
      (k: Builder) =>
        k.store(at, to),
  ),
  fc.tuple(register, place).map(
    ([into, at]) =>
      (k: Builder) =>
        k.load(into, at),
  ),
  fc.tuple(place, value, register).map(([at, to, into]) => (k: Builder) => {
    k.exchange(at, to, into);
  }),
  fc.tuple(place, register).map(
    ([at, into]) =>
      (k: Builder) =>
        k.add(at, 1, into),
  ),
  fc.tuple(place, register).map(([at, into]) => (k: Builder) => {
    k.compareExchange(at, { from: 0, to: 2 }, into);
  }),
  fc.boolean().map((isIn) => (k: Builder) => {
    if (isIn) k.setBit(of(members, 0), "self");
    else k.clearBit(of(members, 0), "self");
  }),
  fc.constant((k: Builder) => k.testBit("r", of(members, 0), "self")),
  fc.constant((k: Builder) => k.fence("full")),
);

const branch: fc.Arbitrary<Write> = fc
  .tuple(register, fc.integer({ min: 0, max: 1 }), simple, simple)
  .map(([name, is, then, otherwise]) => (k: Builder) => {
    k.if(
      name,
      "==",
      is,
      () => then(k),
      () => otherwise(k),
    );
  });

const masked: fc.Arbitrary<Write> = fc
  .array(simple, { minLength: 1, maxLength: 3 })
  .map((body) => (k: Builder) => {
    k.irqOff();
    for (const write of body) write(k);
    k.irqOn();
  });

const handler: fc.Arbitrary<Program> = fc.array(simple, { maxLength: 2 }).map((body) =>
  program("handler", { source }, (k) => {
    k.set("r", 0);
    k.set("q", 1);
    k.work("callEmpty");
    for (const write of body) write(k);
  }),
);

const call: fc.Arbitrary<Write> = fc
  .tuple(handler, fc.constantFrom("all", "members", "flagged"))
  .map(([run, whom]) => (k: Builder) => {
    if (whom === "members") k.loadMask("targets", of(members, 0));
    else if (whom === "all") k.copyMask("targets", "online");
    else {
      k.emptyMask("targets");
      k.forEachCpu("cpu", "online", () => {
        k.load("r", of(mine, "cpu"));
        k.if("r", "!=", 0, () => k.addCpu("targets", "cpu"));
      });
    }
    k.crossCall("targets", run);
    k.awaitCalls();
  });

function thread(writes: readonly Write[]): Program {
  return program("random", { source }, (k) => {
    k.set("r", 0);
    k.set("q", 1);
    for (const write of writes) write(k);
  });
}

const any = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: branch },
  { weight: 1, arbitrary: masked },
  { weight: 2, arbitrary: call },
);

/** Two or three CPUs of up to six steps each. */
export const randomThreads: fc.Arbitrary<SystemSpec> = fc
  .array(fc.array(any, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 3 })
  .map((threads) => ({
    lanes: threads.map((writes, i) => ({ name: `CPU ${i}`, thread: thread(writes) })),
    variables: [x, y, mine, members],
    mms: 2,
    tables: 0,
    initial: [],
    memoryModel: "sc",
  }));
