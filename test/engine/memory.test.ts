import { expect, test } from "vitest";
import type { EngineResult } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import { Memory } from "../../lib/engine/memory.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own } from "../../lib/steps/builder.ts";
import type { Variable } from "../../lib/steps/instructions.ts";
import { machineOf, planOf, runBoth, shared, task, wait } from "./plans.ts";

const mask: Variable = { ...shared("mask", "mm"), holds: "mask" };

/** One program on CPU 0 of 4, with two mms and three tables. */
function run(variables: readonly Variable[], write: (k: Builder) => void): EngineResult["tallies"] {
  const change = { variables, mms: 2, tables: 3 };
  return runBoth(planOf(machineOf(4), [task(0, write)], change)).tallies;
}

test("a variable has one value a CPU, an mm, a table, or in all", () => {
  const sizes = { cpus: 4, mms: 2, tables: 3 };
  const scopes = ["cpu", "mm", "table", "global"] as const;
  for (const [i, count] of [4, 2, 3, 1].entries()) {
    const memory = new Memory([shared("x", scopes[i]!, 7)], sizes);
    expect(Array.from(memory.numbers)).toEqual(new Array(count).fill(7));
    expect(memory.addressOf("x")).toBe(0);
  }
  const both = new Memory([shared("a", "cpu"), mask, shared("b", "mm", 5)], sizes);
  expect(both.addressOf("b")).toBe(4);
  expect(Array.from(both.numbers)).toEqual([0, 0, 0, 0, 5, 5]);
  expect(both.masks.map((one) => one.count())).toEqual([0, 0]);
});

test("an unknown variable is a malformed program", () => {
  const memory = new Memory([], { cpus: 1, mms: 1, tables: 1 });
  expect(() => memory.addressOf("nothing")).toThrow(
    "SD007: program memory: has no variable nothing",
  );
});

test("what a plan says about boot replaces the declared value", () => {
  const key = shared("key", "global", 3);
  const reads = task(0, (k) => {
    k.load("found", own(key));
    k.tally("found", "found");
  });
  const found = (boot: Record<string, number>) =>
    runPlan(planOf(machineOf(1), [reads], { variables: [key], boot }), { seed: 1 }).tallies.found;
  expect(found({})).toBe(3);
  expect(found({ key: 8 })).toBe(8);
  expect(() => found({ kee: 8 })).toThrow("SD007: program memory: has no variable kee");
});

test("own and foreign variables of CPUs, mms and tables are told apart", () => {
  const ofCpu = shared("of_cpu", "cpu", 1);
  const ofMm = shared("of_mm", "mm", 10);
  const ofTable = shared("of_table", "table", 100);
  const tallies = run([ofCpu, ofMm, ofTable], (k) => {
    k.store(own(ofCpu), 2);
    k.store(of(ofCpu, 3), 4);
    k.store(of(ofMm, 1), 20);
    k.store(of(ofTable, 2), 300);
    k.load("a", own(ofCpu));
    k.load("b", of(ofCpu, 3));
    k.load("c", of(ofCpu, 2));
    k.load("d", of(ofMm, 1));
    k.load("e", of(ofMm, 0));
    k.load("f", of(ofTable, 2));
    k.load("g", of(ofTable, 1));
    for (const name of ["a", "b", "c", "d", "e", "f", "g"]) k.tally(name, name);
  });
  expect(tallies).toEqual({ a: 2, b: 4, c: 1, d: 20, e: 10, f: 300, g: 100 });
});

test("exchange gives the old value, add the new one, compareExchange the one found", () => {
  const word = shared("word", "global", 5);
  const tallies = run([word], (k) => {
    k.exchange(own(word), 9, "exchanged");
    k.add(own(word), 3, "added");
    k.compareExchange(own(word), { from: 11, to: 1 }, "refused");
    k.compareExchange(own(word), { from: 12, to: 2 }, "accepted");
    k.load("left", own(word));
    for (const name of ["exchanged", "added", "refused", "accepted", "left"]) k.tally(name, name);
  });
  expect(tallies).toEqual({ exchanged: 5, added: 12, refused: 12, accepted: 12, left: 2 });
});

test("bits of a mask in memory are set, cleared, tested, and read as a whole", () => {
  const tallies = run([mask], (k) => {
    k.setBit(of(mask, 1), 2);
    k.setBit(of(mask, 1), "self");
    k.setBit(of(mask, 1), 3);
    k.clearBit(of(mask, 1), 3);
    k.testBit("has_2", of(mask, 1), 2);
    k.testBit("has_3", of(mask, 1), 3);
    k.loadMask("cpus", of(mask, 1));
    k.countMask("count", "cpus");
    k.loadMask("others", of(mask, 0));
    k.countMask("empty", "others");
    for (const name of ["has_2", "has_3", "count", "empty"]) k.tally(name, name);
  });
  expect(tallies).toEqual({ has_2: 1, has_3: 0, count: 2, empty: 0 });
});

test("a mask register is a copy of the mask in memory", () => {
  const tallies = run([mask], (k) => {
    k.setBit(of(mask, 0), 1);
    k.loadMask("before", of(mask, 0));
    k.setBit(of(mask, 0), 2);
    k.addCpu("before", 3);
    k.copyMask("copy", "before");
    k.removeCpu("copy", 1);
    k.set("sum", 0);
    k.forEachCpu("cpu", "copy", () => k.compute("sum", "sum", "+", "cpu"));
    k.loadMask("after", of(mask, 0));
    k.countMask("in_memory", "after");
    k.countMask("in_register", "before");
    k.addCpu("after", 3);
    k.removeMask("after", "before");
    k.set("rest", 0);
    k.forEachCpu("cpu", "after", () => k.compute("rest", "rest", "+", "cpu"));
    for (const name of ["sum", "in_memory", "in_register", "rest"]) k.tally(name, name);
  });
  // 1 and 2 in memory, 1 and 3 before, 3 in the copy; 1, 2 and 3 less those before: 2.
  expect(tallies).toEqual({ sum: 3, in_memory: 2, in_register: 2, rest: 2 });
});

test("a read of another CPU's variable sees what that CPU has written by then", () => {
  const turn = shared("turn", "cpu");
  const counts = task(1, (k) =>
    k.forever(() => {
      wait(k, 100);
      k.load("before", own(turn));
      k.compute("after", "before", "+", 1);
      k.store(own(turn), "after");
    }),
  );
  const looks = task(0, (k) => {
    for (const name of ["first", "second"]) {
      wait(k, 1_050);
      k.load(name, of(turn, 1));
      k.tally(name, name);
    }
  });
  const plan = planOf(machineOf(2), [looks], { variables: [turn], background: [counts] });
  expect(runBoth(plan).tallies).toEqual({ first: 10, second: 21 });
});
