import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { planOf } from "./contexts.ts";

const { collapse, gupFastHammer, perfSampling, munmap, together } = sd.workload;
const beside = (...others: readonly sd.Workload[]): sd.Workload =>
  together(collapse({ bytes: sd.MiB(8), threads: 2, siblings: "spin" }), ...others);

function run(workload: sd.Workload, linux: sd.Linux = sd.linux({ release: "7.2" })): sd.Run {
  const machine = sd.machines.qemu.withCpus(12);
  return sd.simulate({ machine, linux, backend: sd.backend.native(), workload });
}

test("it samples the CPUs of the workloads before it, and has no CPU of its own", () => {
  const plan = planOf(beside(gupFastHammer({ threads: 3 }), perfSampling({ hz: 1000 })));
  expect(plan.cpus).toBe(5);
  expect(plan.nmi).toMatchObject({
    every: { kind: "fixed", ns: 1_000_000 },
    cpus: [0, 1, 2, 3, 4],
    args: { mm: 3, table: 0, tables: 4 },
  });
});

test("each sample is one interrupt of row NMI and one walk", () => {
  const result = run(beside(gupFastHammer({ threads: 4, gapNs: 0 }), perfSampling({ hz: 50_000 })));
  expect(result.total("NMI")).toBeGreaterThan(10);
  expect(result.result.tallies.page_size_samples).toBe(result.total("NMI"));
  expect(result.result.rows.NMI!.slice(6)).toEqual([0, 0, 0, 0, 0, 0]);
});

test("the counts of syncs and flushes are those without it", () => {
  const rows = ({ result }: sd.Run) => [result.rows.CAL, result.rows.TLB];
  const hammer = gupFastHammer({ threads: 4, gapNs: 500 });
  expect(rows(run(beside(hammer, perfSampling({ hz: 20_000 }))))).toEqual(
    rows(run(beside(hammer))),
  );
});

test("without it the rows are those they were", () => {
  expect(Object.keys(run(collapse({ bytes: sd.MiB(8) })).result.rows)).not.toContain("NMI");
});

test("a tracker that is cleared at the end of a nested walk misses walkers that still walk", () => {
  const workload = together(
    collapse({ bytes: sd.MiB(64) }),
    gupFastHammer({ threads: 8, gapNs: 0, pages: 512, range: "operation" }),
    perfSampling({ hz: 100_000 }),
  );
  const interrupted = (nested: "clear" | "save-restore"): number =>
    run(workload, sd.linux({ tableSync: sd.tableSync.targeted({ nested }) })).total("CAL");
  expect(interrupted("clear")).toBeLessThan(0.9 * interrupted("save-restore"));
});

test("every policy's walker hooks can run in an NMI", () => {
  const { custom: _, ...policies } = sd.tableSync;
  const workload = together(munmap({ bytes: 8192 }), perfSampling({ hz: 100_000 }));
  for (const make of Object.values(policies)) {
    const release = "7.3";
    try {
      run(workload, sd.linux({ release, tableSync: make() }));
    } catch (error) {
      // A policy of another architecture or release is refused before anything runs.
      expect(error).toMatchObject({ code: "SD004" });
    }
  }
});

describe("it is refused", () => {
  test("where nothing stands before it", () => {
    expect(() => run(perfSampling())).toThrow(/SD004.*no workload stands before it/);
    expect(() => run(together(perfSampling(), munmap({ bytes: 4096 })))).toThrow("SD004");
  });

  test("twice", () => {
    expect(() => run(beside(perfSampling(), perfSampling()))).toThrow(/SD004.*one at most/);
  });

  test("on other architectures", () => {
    const machine = sd.machine({ arch: sd.arm64(), cpus: 8 });
    const scene = { machine, linux: sd.linux(), backend: sd.backend.native() };
    expect(() => sd.simulate({ ...scene, workload: beside(perfSampling()) })).toThrow("SD004");
  });
});
