import { expect, test } from "vitest";
import { native } from "../../lib/backends/backend.ts";
import { MiB } from "../../lib/base/units.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import { machine } from "../../lib/machine/machine.ts";
import { linux } from "../../lib/policies/linux.ts";
import { collapse } from "../../lib/workloads/collapse.ts";

/** Calls by CPU of khugepaged on 8 CPUs; tables of 2 MiB, nobody else runs the process. */
function callsByCpu(tables: number, khugepagedCpus: number): readonly number[] {
  const run = simulate({
    machine: machine({ coresPerSocket: 8 }),
    linux: linux({ release: "6.12" }),
    backend: native(),
    workload: collapse({ bytes: tables * MiB(2), by: "khugepaged", khugepagedCpus }),
  });
  const { CAL = [], TLB = [] } = run.result.rows;
  return CAL.map((calls, cpu) => calls - (TLB[cpu] ?? 0));
}

test("each pass of 8 tables interrupts all CPUs but the one it is made on", () => {
  // CPU 0 runs the process; the passes are made on CPUs 1, 2, 3, 1: 8, 8, 8 and 6 tables. Each
  // pass but the first begins with a wake-up, which is a call as well.
  expect(callsByCpu(30, 3)).toEqual([30, 30 - 14 + 1, 30 - 8 + 1, 30 - 8 + 1, 30, 30, 30, 30]);
  expect(callsByCpu(30, 1)).toEqual([30, 0, 30, 30, 30, 30, 30, 30]);
});

test("fewer passes than CPUs leave the others alone", () => {
  expect(callsByCpu(9, 5)).toEqual([9, 1, 9 - 1 + 1, 9, 9, 9, 9, 9]);
});

test.each([
  [{ by: "madvise", khugepagedCpus: 2 } as const, /where the thread runs/],
  [{ by: "khugepaged", khugepagedCpus: 2, failBeforeFlush: 1 } as const, /on one CPU/],
])("%j cannot be", (options, message) => {
  expect(() => collapse({ bytes: MiB(64), ...options })).toThrow(message);
});
