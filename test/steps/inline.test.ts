import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { own, program } from "../../lib/steps/builder.ts";
import type { Program } from "../../lib/steps/instructions.ts";
import { listing } from "../../lib/steps/listing.ts";
import { frameWith, interpret } from "./interpret.ts";
import { anyFunction, flag } from "./programs.ts";

const source = "tests";

/** `double(x)`: the result is in `y`; `x` is changed on the way. */
const double = program("double", { params: ["x"], source }, (k) => {
  k.compute("y", "x", "+", "x");
  k.set("x", 0);
  k.countMask("cpus", "online");
});

function bodyOf(one: Program): string[] {
  return listing(one).trimEnd().split("\n").slice(1);
}

describe("an included program", () => {
  test("is a section with registers and masks of its own", () => {
    const fill = program("fill", { params: ["cpu"], source }, (k) => {
      k.emptyMask("mask");
      k.addCpu("mask", "cpu");
      k.countMask("n", "mask");
    });
    const twice = program("twice", { source }, (k) => {
      k.set("n", 7);
      k.emptyMask("mask");
      k.include(fill, { cpu: 1 });
      k.include(fill, { cpu: "n" }, { label: "again" });
    });
    expect(bodyOf(twice)).toEqual([
      "    n = 7",
      "    cpumask_clear(mask)",
      "    fill:",
      "        cpumask_clear(mask.1)",
      "        __cpumask_set_cpu(1, mask.1)",
      "        n.1 = cpumask_weight(mask.1)",
      "    again:",
      "        cpumask_clear(mask.2)",
      "        __cpumask_set_cpu(n, mask.2)",
      "        n.2 = cpumask_weight(mask.2)",
    ]);
  });

  test("keeps them apart when it includes others itself", () => {
    const inner = program("inner", { source }, (k) => k.load("x", own(flag)));
    const middle = program("middle", { source }, (k) => {
      k.include(inner);
      k.load("x", own(flag));
    });
    const outer = program("outer", { source }, (k) => {
      k.include(middle);
      k.include(inner);
    });
    expect(bodyOf(outer)).toEqual([
      "    middle:",
      "        inner:",
      "            x.1 = READ_ONCE(flag)",
      "        x.2 = READ_ONCE(flag)",
      "    inner:",
      "        x.3 = READ_ONCE(flag)",
    ]);
  });

  test("gets its parameters by value: what it changes is copied first", () => {
    const caller = program("caller", { source }, (k) => {
      k.set("n", 4);
      k.include(double, { x: "n" }, { results: { y: "twice" } });
      k.include(double, { x: 5 }, { results: { y: "ten" } });
    });
    expect(bodyOf(caller).slice(0, 6)).toEqual([
      "    n = 4",
      "    double:",
      "        x.1 = n",
      "        twice = x.1 + x.1",
      "        x.1 = 0",
      "        cpus.1 = cpumask_weight(cpu_online_mask)",
    ]);
    const frame = frameWith({});
    interpret(caller.steps, frame);
    expect([...frame.registers]).toMatchObject(
      expect.arrayContaining([
        ["n", 4],
        ["twice", 8],
        ["ten", 10],
      ]),
    );
  });

  test("may compute its result into the register of an argument", () => {
    const sum = program("sum", { params: ["x", "y"], source }, (k) => {
      k.set("z", "y");
      k.compute("z", "z", "+", "x");
    });
    const caller = program("caller", { source }, (k) => {
      k.set("n", 30);
      k.include(sum, { x: "n", y: 12 }, { results: { z: "n" } });
    });
    const frame = frameWith({});
    interpret(caller.steps, frame);
    expect(frame.registers.get("n")).toBe(42);
  });

  test("leaves itself under its label, and not a section inside that is called like it", () => {
    const inner = program("inner", { source }, (k) => {
      k.section("sync", () => k.leave("inner"));
      k.set("reached", 1);
    });
    const outer = program("outer", { source }, (k) => k.include(inner, {}, { label: "sync" }));
    expect(bodyOf(outer)).toEqual([
      "    sync:",
      "        inner.sync:",
      "            return from sync",
      "        reached.1 = 1",
    ]);
  });

  test("leaves self, online and the variables alone", () => {
    const inner = program("inner", { source }, (k) => {
      k.set("me", "self");
      k.copyMask("all", "online");
      k.store(own(flag), "me");
    });
    const outer = program("outer", { source }, (k) => k.include(inner));
    expect(bodyOf(outer).slice(1)).toEqual([
      "        me.1 = self",
      "        cpumask_copy(all.1, cpu_online_mask)",
      "        WRITE_ONCE(flag, me.1)",
    ]);
  });
});

test("inlining means a call: any function, with any arguments, into any result", () => {
  const call = fc.record({
    f: anyFunction,
    args: fc.tuple(fc.constantFrom<string | number>("p", "q", 3), fc.constantFrom("p", "q")),
    result: fc.constantFrom("p", "q", "r"),
    label: fc.constantFrom("f", "s", "t"),
  });
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 3 }), (calls) => {
      const values = new Map([
        ["p", 2],
        ["q", -1],
        ["r", 0],
      ]);
      const outer = program("outer", { params: ["p", "q", "r"], source }, (k) => {
        for (const { f, args, result, label } of calls) {
          k.include(f, { a: args[0], b: args[1] }, { label, results: { c: result } });
        }
      });
      const frame = frameWith(Object.fromEntries(values));
      interpret(outer.steps, frame);
      for (const { f, args, result } of calls) {
        const [a, b] = args.map((arg) => (typeof arg === "number" ? arg : values.get(arg)!));
        const called = frameWith({ a: a!, b: b! });
        interpret(f.steps, called);
        values.set(result, called.registers.get("c")!);
      }
      for (const [name, value] of values) expect(frame.registers.get(name)).toBe(value);
    }),
    { numRuns: 300 },
  );
});

describe("a call that does not fit is refused", () => {
  const write = (args: object, options?: object): (() => Program) => {
    return () =>
      program("caller", { source }, (k) => {
        k.set("n", 1);
        k.include(double, args as Record<string, number>, options as never);
      });
  };

  test.for([
    ["a parameter without a value", {}, {}, "SD007: program caller: double needs a value for x"],
    [
      "a value for no parameter",
      { x: 1, y: 2 },
      {},
      'SD002: unknown parameter of double: "y" (expected x; did you mean "x"?)',
    ],
    [
      "a result that is not computed",
      { x: 1 },
      { results: { yy: "n" } },
      'SD002: unknown result of double: "yy" (expected y, cpus; did you mean "y"?)',
    ],
    [
      "a parameter as a result",
      { x: 1 },
      { results: { x: "n" } },
      'SD002: unknown result of double: "x" (expected y, cpus; did you mean "y"?)',
    ],
    [
      "a register that nothing sets as an argument",
      { x: "m" },
      {},
      "SD007: program caller: nothing sets register m read by set x.1",
    ],
  ] as const)("%s", ([, args, options, message]) => {
    expect(write(args, options)).toThrow(message);
  });

  test("names of its own that end in a number, which inlined ones do", () => {
    const problem = "ends in a number as the names of inlined programs do";
    const built = (write: Parameters<typeof program>[2]) => () => program("p", { source }, write);
    expect(built((k) => k.set("x.1", 0))).toThrow(`SD007: program p: x.1 ${problem}`);
    expect(built((k) => k.emptyMask("m.12"))).toThrow(`SD007: program p: m.12 ${problem}`);
    expect(() => program("p", { params: ["a.2"], source }, () => {})).toThrow(
      `SD007: program p: a.2 ${problem}`,
    );
    expect(built((k) => k.set("x.1.old", 0))).not.toThrow();
  });
});
