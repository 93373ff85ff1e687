import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import type { MachineOptions } from "../../lib/machine/machineOptions.ts";
import { namesOf, planOf } from "./contexts.ts";

const { collapse, isolatedObserver, together, gupFastHammer } = sd.workload;
const beside = (...others: readonly sd.Workload[]): sd.Workload =>
  together(collapse({ bytes: sd.MiB(8) }), ...others);

function run(workload: sd.Workload, options: MachineOptions = {}): sd.Run {
  const machine = sd.machine({ cpus: 12, ...options });
  const linux = sd.linux({ release: "7.2" });
  return sd.simulate({ machine, linux, backend: sd.backend.native(), workload });
}

test("threads of one process on the isolated CPUs, which are busy and observed", () => {
  const plan = planOf(beside(gupFastHammer({ threads: 2 }), isolatedObserver()), {
    isolated: [8, 10],
  });
  expect(plan.cpus).toBe(3);
  expect(plan.mms).toBe(2 + 1 + 1);
  expect(namesOf(plan.setup[0]!)).toEqual([
    "0 thread_starts",
    "1 thread_starts",
    "2 thread_starts",
    "8 thread_starts",
    "10 thread_starts",
  ]);
  expect(plan.busyCpus).toEqual([8, 10]);
  expect(plan.observeNoise).toEqual([8, 10]);
});

test("each sync of a collapse interrupts each isolated CPU once", () => {
  const result = run(beside(isolatedObserver()), { isolated: "6-8" });
  const rows = result.noise().objects();
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect(row).toMatchObject({ cause: "tlb_remove_table_smp_sync", sender: 0, count: 4 });
  }
  expect(result.result.rows.CAL![7]).toBe(4);
});

test("a targeted sync leaves them alone", () => {
  const machine = sd.machine({ cpus: 12, isolated: "6-8" });
  const linux = sd.linux({ release: "7.2", tableSync: sd.tableSync.targeted() });
  const workload = beside(isolatedObserver());
  const result = sd.simulate({ machine, linux, backend: sd.backend.native(), workload });
  expect(result.noise().numRows()).toBe(0);
  expect(result.noiseByCpu().array("count")).toEqual([0, 0, 0]);
});

describe("it is refused", () => {
  test("without CPUs to observe", () => {
    expect(() => run(beside(isolatedObserver()))).toThrow("SD003");
  });

  test("alone, because it never ends", () => {
    expect(() => run(isolatedObserver({ cpus: [3] }))).toThrow(/SD004.*never ends/);
  });

  test("on CPUs of other workloads", () => {
    expect(() => run(beside(isolatedObserver({ cpus: [0, 5] })))).toThrow(/SD004.*CPU 0/);
  });

  test("on CPUs that the machine lacks", () => {
    expect(() => run(beside(isolatedObserver({ cpus: "11-12" })))).toThrow(/SD005.*CPU 12/);
  });

  test("twice", () => {
    const one = isolatedObserver({ cpus: [4] });
    expect(() => run(beside(one, one))).toThrow(/SD004.*one at most/);
  });
});
