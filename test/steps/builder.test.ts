import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { finishProgram, of, own, program } from "../../lib/steps/builder.ts";
import type { Program } from "../../lib/steps/instructions.ts";
import { listing } from "../../lib/steps/listing.ts";
import { count, everyStep, flag, handler } from "./programs.ts";

const source = "mm/mmu_gather.c";

const sync = program("sync_mm", { params: ["mm"], source }, (k) => {
  k.smpMb();
  k.emptyMask("targets");
  k.forEachCpu("cpu", "online", () => {
    k.load("seen", of(flag, "cpu"));
    k.if("seen", "==", "mm", () => k.addCpu("targets", "cpu"));
  });
  k.crossCall("targets", handler, { value: 1 });
  k.awaitCalls();
});

test("a program is plain data, in the order in which it was written", () => {
  expect(sync).toEqual({
    kind: "program",
    name: "sync_mm",
    params: ["mm"],
    source: "mm/mmu_gather.c",
    steps: [
      { kind: "fence", order: "full", name: "smp_mb" },
      { kind: "emptyMask", mask: "targets", name: "cpumask_clear" },
      {
        kind: "forEachCpu",
        into: "cpu",
        mask: "online",
        name: "for_each_cpu",
        body: [
          {
            kind: "load",
            into: "seen",
            from: { variable: "flag", of: "cpu" },
            order: "once",
            name: "READ_ONCE(flag)",
          },
          {
            kind: "if",
            condition: { left: "seen", is: "==", right: "mm" },
            name: "if",
            body: [{ kind: "addCpu", mask: "targets", cpu: "cpu", name: "__cpumask_set_cpu" }],
          },
        ],
      },
      {
        kind: "crossCall",
        mask: "targets",
        handler,
        args: { value: 1 },
        name: "call raise_flag",
      },
      { kind: "awaitCalls", name: "csd_lock_wait" },
    ],
  });
});

test("it reads like the code it stands for", () => {
  expect(listing(sync)).toBe(
    `sync_mm(mm)
    smp_mb()
    cpumask_clear(targets)
    for_each_cpu(cpu, cpu_online_mask)
        seen = READ_ONCE(flag[cpu])
        if (seen == mm)
            __cpumask_set_cpu(cpu, targets)
    smp_call_function_many(targets, raise_flag)
    csd_lock_wait()

raise_flag(value)
    WRITE_ONCE(flag, value)
`,
  );
});

describe("a program is frozen", () => {
  test("through and through", () => {
    expect(() => Object.assign(sync, { name: "other" })).toThrow(TypeError);
    expect(thawedIn(sync)).toEqual([]);
    expect(thawedIn(everyStep)).toEqual([]);
  });

  test("and what it was written with is not", () => {
    const params = ["mm"];
    const args = { value: 3 };
    const duration = { kind: "fixed", ns: 5 } as const;
    program("p", { params, source }, (k) => {
      k.crossCall("online", handler, args);
      k.pause(duration);
    });
    expect([params, args, duration].map((one) => Object.isFrozen(one))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("a program survives", () => {
  test.for([
    ["structured clone", (one: Program): Program => structuredClone(one)],
    ["JSON", (one: Program): Program => JSON.parse(JSON.stringify(one)) as Program],
    ["canonical JSON", (one: Program): Program => JSON.parse(canonicalJson(one)) as Program],
  ] as const)("%s", ([, clone]) => {
    for (const one of [sync, everyStep]) {
      const revived = finishProgram(clone(one));
      expect(revived).toEqual(one);
      expect(thawedIn(revived)).toEqual([]);
      expect(listing(revived, { names: true })).toBe(listing(one, { names: true }));
    }
  });
});

describe("a name given to a step", () => {
  test("is that of the next step and of no other", () => {
    const marked = program("marked", { source }, (k) => {
      k.named("v4").smpMb();
      k.smpMb();
    });
    expect(marked.steps.map(({ name }) => name)).toEqual(["v4", "smp_mb"]);
  });

  test("is that of a block and not of its first step", () => {
    const marked = program("marked", { source }, (k) => {
      k.named("fast path").if("self", "==", 0, () => k.smpMb());
      k.named("loop").forEachCpu("cpu", "online", () => k.smpMb());
    });
    expect(listing(marked, { names: true })).toBe(
      `marked()
    if (self == 0)                      [fast path]
        smp_mb()                        [smp_mb]
    for_each_cpu(cpu, cpu_online_mask)  [loop]
        smp_mb()                        [smp_mb#2]
`,
    );
  });
});

test("a program without steps or parameters is one", () => {
  const empty = program("nop", { source }, () => {});
  expect(empty).toEqual({ kind: "program", name: "nop", params: [], source, steps: [] });
  expect(listing(empty)).toBe("nop()\n    /* nothing */\n");
});

test("own and of say whose variable is meant", () => {
  expect(own(flag)).toEqual({ variable: "flag" });
  expect(of(count, "mm")).toEqual({ variable: "count", of: "mm" });
  expect(of(count, 3)).toEqual({ variable: "count", of: 3 });
});

/** Paths of the objects below `value` that can be written to. */
function thawedIn(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, inner]) => thawedIn(inner, `${path}.${key}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
}
