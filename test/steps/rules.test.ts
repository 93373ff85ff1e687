import { describe, expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { finishProgram, of, own, program } from "../../lib/steps/builder.ts";
import type { Program, Step } from "../../lib/steps/instructions.ts";
import { count, flag, handler, members } from "./programs.ts";

const source = "tests";

function errorOf(write: (k: Builder) => void): ShootdownError {
  try {
    program("bad", { params: ["mm"], source }, write);
  } catch (error) {
    if (error instanceof ShootdownError) return error;
    throw error;
  }
  throw new Error("the program was accepted");
}

describe("a register must be set somewhere before a step may read it", () => {
  const readers: [string, (k: Builder) => void, string][] = [
    ["set", (k) => k.set("a", "x"), "set a"],
    ["compute", (k) => k.compute("a", 1, "+", "x"), "compute a"],
    ["pick", (k) => k.pick("a", "x"), "pick a"],
    ["load", (k) => k.load("a", of(flag, "x")), "READ_ONCE(flag)"],
    ["store", (k) => k.store(own(flag), "x"), "WRITE_ONCE(flag)"],
    ["the place of a store", (k) => k.store(of(flag, "x"), 1), "WRITE_ONCE(flag)"],
    ["exchange", (k) => k.exchange(of(count, "mm"), "x"), "exchange(count)"],
    [
      "compareExchange",
      (k) => k.compareExchange(of(count, "mm"), { from: "x", to: 1 }),
      "compareExchange(count)",
    ],
    ["loadMask", (k) => k.loadMask("m", of(members, "x")), "members"],
    ["setBit", (k) => k.setBit(of(members, "mm"), "x"), "cpumask_set_cpu(members)"],
    ["testBit", (k) => k.testBit("a", of(members, "mm"), "x"), "cpumask_test_cpu"],
    ["if", (k) => k.if("x", "==", 0, () => {}), "if"],
    ["while", (k) => k.while(0, "<", "x", () => {}), "while"],
    ["crossCall", (k) => k.crossCall("online", handler, { value: "x" }), "call raise_flag"],
    ["lock", (k) => k.lock(of(count, "x")), "spin_lock"],
    ["wake", (k) => k.wake("x"), "wake_up_process"],
    ["flushLocal", (k) => k.flushLocal("x"), "flush_tlb_local"],
    ["flushBroadcast", (k) => k.flushBroadcast("TLBI", "x"), "TLBI"],
    ["work", (k) => k.work("copyPage", "x"), "work copyPage"],
    ["ghost", (k) => k.ghost("free", "x"), "free table"],
    ["tally", (k) => k.tally("pages", "x"), "tally pages"],
    ["trace", (k) => k.trace("tlb_flush", "all", "x"), "trace_tlb_flush"],
  ];

  test.for(readers)("%s", ([, write, name]) => {
    const error = errorOf(write);
    expect(error.message).toBe(`SD007: program bad: nothing sets register x read by ${name}`);
    expect([error.code, error.field]).toEqual(["SD007", "bad"]);
  });

  test.for([
    ["a parameter", (k: Builder) => k.flushLocal("mm")],
    ["this CPU", (k: Builder) => k.flushLocal("self")],
    [
      "what a later step sets, as in a loop",
      (k: Builder) => {
        k.forever(() => {
          k.flushLocal("n");
          k.set("n", 3);
        });
      },
    ],
    ["the CPU of a loop", (k: Builder) => k.forEachCpu("cpu", "online", () => k.wake("cpu"))],
    [
      "what an atomic returns",
      (k: Builder) => {
        k.add(of(count, "mm"), 1, "gen");
        k.flushLocal("gen");
      },
    ],
  ] as const)("%s may be read", ([, write]) => {
    expect(() => program("good", { params: ["mm"], source }, write)).not.toThrow();
  });
});

test.for<[string, (k: Builder) => void, string]>([
  ["copyMask", (k) => k.copyMask("a", "m"), "cpumask_copy"],
  ["addCpu", (k) => k.addCpu("m", 0), "__cpumask_set_cpu"],
  ["removeCpu", (k) => k.removeCpu("m", 0), "__cpumask_clear_cpu"],
  ["removeMask", (k) => k.removeMask("m", "online"), "cpumask_andnot"],
  ["countMask", (k) => k.countMask("n", "m"), "cpumask_weight"],
  ["forEachCpu", (k) => k.forEachCpu("cpu", "m", () => {}), "for_each_cpu"],
  ["crossCall", (k) => k.crossCall("m", handler, { value: 0 }), "call raise_flag"],
])("a mask must be filled somewhere before %s may use it", ([, write, name]) => {
  expect(errorOf(write).message).toBe(`SD007: program bad: nothing fills mask m used by ${name}`);
});

describe("read-only names", () => {
  test.for<[string, (k: Builder) => void]>([
    ["emptyMask", (k) => k.emptyMask("online")],
    ["copyMask", (k) => k.copyMask("online", "online")],
    ["loadMask", (k) => k.loadMask("online", of(members, "mm"))],
    ["addCpu", (k) => k.addCpu("online", 1)],
    ["removeCpu", (k) => k.removeCpu("online", 1)],
    ["removeMask", (k) => k.removeMask("online", "online")],
  ])("online is not for %s", ([, write]) => {
    expect(errorOf(write).message).toBe("SD007: program bad: the mask online is read-only");
  });

  test.for<[string, (k: Builder) => void]>([
    ["set", (k) => k.set("self", 1)],
    ["load", (k) => k.load("self", own(flag))],
    ["forEachCpu", (k) => k.forEachCpu("self", "online", () => {})],
  ])("self is not for %s", ([, write]) => {
    expect(errorOf(write).message).toBe("SD007: program bad: self is read-only");
  });
});

describe("sections", () => {
  test("only an open one can be left", () => {
    const after = errorOf((k) => {
      k.section("walk", () => {});
      k.leave("walk");
    });
    expect(after.message).toBe("SD007: program bad: leaves section walk, which is not open");
    expect(errorOf((k) => k.if(0, "==", 0, () => k.leave("other"))).message).toBe(
      "SD007: program bad: leaves section other, which is not open",
    );
  });

  test("the program itself is one, and outer ones stay open inside", () => {
    const nested = program("good", { source }, (k) => {
      k.section("outer", () => {
        k.forEachCpu("cpu", "online", () => {
          k.section("inner", () => {
            k.leave("inner");
            k.leave("outer");
            k.leave("good");
          });
        });
      });
    });
    expect(nested.steps.length).toBe(1);
  });
});

describe("numbers", () => {
  test.for([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2e16])("%s is no operand", (value) => {
    expect(errorOf((k) => k.set("a", value)).message).toBe(
      `SD007: program bad: set a takes ${value} (expected an integer)`,
    );
  });

  test.for([
    [{ kind: "fixed", ns: -1 }, "a pause of -1 ns (expected a whole number >= 0)"],
    [{ kind: "fixed", ns: 0.5 }, "a pause of 0.5 ns (expected a whole number >= 0)"],
    [
      { kind: "uniform", fromNs: 0, toNs: Number.NaN },
      "a pause of NaN ns (expected a whole number >= 0)",
    ],
    [{ kind: "uniform", fromNs: 9, toNs: 3 }, "a pause of 9 to 3 ns (expected a range)"],
    [
      { kind: "exponential", meanNs: Number.POSITIVE_INFINITY },
      "a pause of Infinity ns (expected a whole number >= 0)",
    ],
  ] as const)("%j is no duration", ([duration, problem]) => {
    expect(errorOf((k) => k.pause(duration)).message).toBe(`SD007: program bad: ${problem}`);
  });

  test("0 ns is one", () => {
    expect(() =>
      program("good", { source }, (k) => k.pause({ kind: "uniform", fromNs: 0, toNs: 0 })),
    ).not.toThrow();
  });
});

describe("a cross call gives its handler what it takes", () => {
  test("a parameter without a value", () => {
    expect(errorOf((k) => k.crossCall("online", handler)).message).toBe(
      "SD007: program bad: raise_flag needs a value for value",
    );
  });

  test("a value for no parameter names the nearest one", () => {
    const error = errorOf((k) => k.crossCall("online", handler, { value: 1, vlaue: 2 }));
    expect(error.message).toBe(
      'SD002: unknown parameter of raise_flag: "vlaue" (expected value; did you mean "value"?)',
    );
    expect({ ...error }).toMatchObject({
      code: "SD002",
      field: "parameter of raise_flag",
      value: "vlaue",
      expected: "value",
      nearest: "value",
    });
  });
});

test("a kind of step that does not exist is refused in revived data", () => {
  const steps = [{ kind: "smpMb" } as unknown as Step];
  const draft: Program = { kind: "program", name: "bad", params: [], source, steps };
  expect(() => finishProgram(draft)).toThrow(
    "SD007: program bad: has a step of unknown kind smpMb",
  );
});
