import { expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { counts, perCpu, RELEASES, run } from "./counts.ts";

const { idle, membarrier } = sd.workload;

test("G27: membarrier private expedited, n calls beside T-1 spinning threads: n(T-1)", () => {
  const rows = [
    { cpus: 8, threads: 2, CAL: 20 }, // counted 20
    { cpus: 8, threads: 8, CAL: 140 }, // counted 140
    { cpus: 64, threads: 64, CAL: 1_260 }, // counted 1,260
  ];
  for (const { cpus, threads, CAL } of rows) {
    for (const release of RELEASES) {
      const work = membarrier({ calls: 20, threads, siblings: "spin" });
      expect(counts({ cpus, release }, work)).toEqual({ CAL, TLB: 0 });
    }
  }
  const one = run({ cpus: 4 }, membarrier({ calls: 5, threads: 3, siblings: "spin" }));
  expect(perCpu(one, "CAL")).toEqual([0, 5, 5, 0]);
});

test("G27: CPUs that borrow the address space, or run another, are left alone", () => {
  for (const siblings of ["sleep", "stale", "idle"] as const) {
    for (const release of RELEASES) {
      const work = membarrier({ calls: 3, threads: 4, siblings });
      expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 0, TLB: 0 });
    }
  }
});

test("G27: on arm64 and powerpc it is the same call", () => {
  const work = membarrier({ calls: 20, threads: 4, siblings: "spin" });
  const place = { linux: sd.linux(), backend: sd.backend.native(), workload: work };
  const arm64 = sd.simulate({ ...place, machine: sd.machines.qemuArm64.withCpus(4) });
  expect(arm64.total("IPI1")).toBe(60); // counted 60
  const powerpc = sd.simulate({ ...place, machine: sd.machines.qemuPpc64le.withCpus(4) });
  expect(powerpc.total("16")).toBe(60); // counted 60
});

test("a process that does nothing interrupts nobody", () => {
  for (const siblings of ["sleep", "spin", "stale"] as const) {
    const one = run({ cpus: 8 }, idle({ forNs: 3_000_000, threads: 4, siblings }));
    expect(one.total("CAL") + one.total("TLB") + one.total("RES")).toBe(0);
    expect(one.result.endNs - one.result.startNs).toBe(3_000_000);
  }
});
