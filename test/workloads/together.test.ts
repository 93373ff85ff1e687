import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MiB } from "../../lib/base/units.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../lib/workloads/gupFastHammer.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { SIBLINGS } from "../../lib/workloads/process.ts";
import { together } from "../../lib/workloads/together.ts";
import type { Workload } from "../../lib/workloads/workload.ts";
import { contextOf, cpusOf, namesOf, planOf } from "./contexts.ts";

const page = { bytes: 4096 };

describe("workloads together", () => {
  const plan = planOf(
    together(
      collapse({ bytes: MiB(8), threads: 2, siblings: "spin", settleNs: 100 }),
      munmap({ ...page, threads: 2, wakeSiblings: true, settleNs: 900 }),
      gupFastHammer({ threads: 3, range: "operation" }),
    ),
    { firstTable: 5 },
  );

  test("stand side by side on CPUs of their own", () => {
    expect([plan.cpus, plan.mms, plan.tables]).toEqual([7, 5, 5]);
    expect(namesOf(plan.operation)).toEqual(["0 collapse_range", "2 munmap_calls"]);
    expect(namesOf(plan.background)).toEqual(["4 gup_test", "5 gup_test", "6 gup_test"]);
    expect(plan.busyCpus).toEqual([1]);
  });

  test("have address spaces of their own, except for threads of the same process", () => {
    const mms = [...plan.operation, ...plan.background].map(({ args }) => args.mm);
    expect(mms).toEqual([3, 5, 3, 3, 3]);
  });

  test("walk the tables of the first one when asked", () => {
    expect(plan.background[0]?.args).toMatchObject({ table: 5, tables: 4 });
  });

  test("set up phase by phase, and begin when all have settled", () => {
    expect(plan.setup.map(namesOf)).toEqual([
      [
        "0 thread_starts",
        "1 thread_starts",
        "2 thread_starts",
        "3 thread_runs_and_sleeps",
        "4 thread_starts",
        "5 thread_starts",
        "6 thread_starts",
      ],
      ["3 futex_wait"],
    ]);
    expect(plan.startNs).toBe(900);
  });
});

describe("GUP-fast threads in front of a workload", () => {
  test("run for as long as it lasts, as they do behind it", () => {
    const hammer = gupFastHammer({ threads: 2 });
    const plan = planOf(together(hammer, mprotect(page)));
    expect(namesOf(plan.operation)).toEqual(["2 mprotect_calls"]);
    expect(namesOf(plan.background)).toEqual(["0 gup_test", "1 gup_test"]);
  });

  test("cannot all be endless", () => {
    const endless = together(gupFastHammer({ threads: 1 }), gupFastHammer({ threads: 1 }));
    expect(() => planOf(endless)).toThrow(
      'SD004: impossible together: "no end": one part at least must be able to finish',
    );
    const counted = together(
      gupFastHammer({ threads: 1 }),
      gupFastHammer({ threads: 1, calls: 7 }),
    );
    expect(namesOf(planOf(counted).operation)).toEqual(["1 gup_test"]);
  });
});

test("more CPUs than there are: the part that does not fit says what is left for it", () => {
  const workload = together(mprotect({ ...page, threads: 12 }), gupFastHammer({ threads: 5 }));
  expect(() => planOf(workload)).toThrow(
    'SD005: gupFastHammer does not fit: "5 CPUs" (expected at most 4 CPUs)',
  );
});

test("any composition: CPUs are disjoint, address spaces and tables within their bounds", () => {
  const process = {
    threads: fc.integer({ min: 1, max: 3 }),
    siblings: fc.constantFrom(...SIBLINGS),
    visitedCpus: fc.integer({ min: 0, max: 2 }),
  };
  const part: fc.Arbitrary<Workload> = fc.oneof(
    fc
      .record({ ...process, by: fc.constantFrom("madvise", "khugepaged") })
      .map((options) => collapse({ ...options, bytes: MiB(6) })),
    fc.record(process).map((options) => munmap({ ...options, ...page, calls: 3 })),
    fc.record(process).map((options) => mprotect({ ...options, ...page })),
    fc
      .record({
        threads: fc.integer({ min: 1, max: 3 }),
        process: fc.constantFrom("same", "other"),
        range: fc.constantFrom("own", "operation"),
      })
      .map((options) => gupFastHammer({ ...options, calls: 5 })),
  );
  const parts = fc.array(part, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(parts, (chosen) => {
      const start = contextOf({ availableCpus: 100, firstCpu: 10, firstMm: 20, firstTable: 30 });
      const plan = planOf(together(...chosen), start);
      const alone = chosen.map((one) => planOf(one, start));
      const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
      expect(plan.cpus).toBe(sum(alone.map(({ cpus }) => cpus)));
      expect(plan.tables).toBe(sum(alone.map(({ tables }) => tables)));
      expect(cpusOf(plan).length).toBe(sum(alone.map((one) => cpusOf(one).length)));
      for (const cpu of [...cpusOf(plan), ...plan.busyCpus]) {
        expect(cpu >= 10 && cpu < 10 + plan.cpus).toBe(true);
      }
      for (const { args } of [...plan.operation, ...plan.background]) {
        expect(args.mm! >= 20 && args.mm! < 20 + plan.mms).toBe(true);
        if (args.table === undefined) continue;
        expect(args.table >= 30 && args.table + args.tables! <= 30 + plan.tables).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});
