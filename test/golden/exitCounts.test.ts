/** G30: the end of a process with threads on several CPUs. */
import fc from "fast-check";
import { expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { MiB, workload } from "../../lib/index.ts";
import { counts, perCpu, RELEASES, run } from "./counts.ts";

const { exit } = workload;

function sum(row: readonly number[]): number {
  return row.reduce((total, count) => total + count, 0);
}

test("G30: threads asleep: TLB T-1; CAL one flush and one wake-up each, and one for the parent", () => {
  for (const release of RELEASES) {
    for (const threads of [2, 4, 8]) {
      const one = run({ cpus: 8, release }, exit({ threads, siblings: "sleep" }));
      expect(one.total("TLB")).toBe(threads - 1); // counted
      expect(one.total("CAL")).toBe(2 * (threads - 1) + 1); // counted up to 3 more: RCU
      expect(one.total("RES")).toBe(0); // counted
    }
  }
});

test("G30: threads that spin: RES T-1, the kicks; CAL T-1 flushes and one wake-up", () => {
  for (const release of RELEASES) {
    for (const how of ["exit", "kill"] as const) {
      const one = run({ cpus: 8, release }, exit({ threads: 4, siblings: "spin", how }));
      expect(one.total("TLB")).toBe(3); // counted
      expect(perCpu(one, "RES")).toEqual([0, 1, 1, 1, 0, 0, 0, 0]); // counted
      expect([3, 4]).toContain(one.total("CAL")); // 3 when the last to go is on the parent's CPU
    }
  }
});

test("G30: the last thread to be woken tears down, and tells all others; then the parent", () => {
  const one = run({ cpus: 8, release: "6.12" }, exit({ threads: 4, siblings: "sleep" }));
  expect(perCpu(one, "TLB")).toEqual([1, 1, 1, 0, 0, 0, 0, 0]); // counted
  expect(perCpu(one, "CAL")).toEqual([2, 2, 2, 1, 0, 0, 0, 0]); // counted, beside 2 of RCU
});

test("G30: CPUs that poll are woken without an interrupt: CAL T-1, the flush alone", () => {
  for (const siblings of ["sleep", "spin"] as const) {
    const place = { cpus: 8, release: "7.2", idle: "polling" } as const;
    const one = run(place, exit({ threads: 4, siblings }));
    expect(perCpu(one, "CAL")).toEqual([1, 1, 1, 0, 0, 0, 0, 0]); // counted
    expect(perCpu(one, "TLB")).toEqual([1, 1, 1, 0, 0, 0, 0, 0]); // counted
    expect(one.total("RES")).toBe(siblings === "spin" ? 3 : 0); // counted
  }
});

test("one thread alone: 0, and the address space is freed", () => {
  for (const release of RELEASES) {
    for (const how of ["exit", "kill"] as const) {
      const one = run({ cpus: 8, release }, exit({ how }));
      expect([one.total("CAL"), one.total("TLB")]).toEqual([0, 0]); // TLB counted 0
      expect(one.result.tallies.mms_freed).toBe(1);
    }
  }
});

test("page batches that fill before the end find lazy CPUs only: nothing more", () => {
  for (const release of RELEASES) {
    const work = exit({ bytes: MiB(128), threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 7, TLB: 3 }); // TLB counted 3
  }
});

test("table batches that fill tell lazy CPUs again, of which the second strike is the last", () => {
  const work = exit({ bytes: sd.GiB(4), threads: 4, siblings: "sleep" });
  expect(run({ cpus: 8, release: "6.12" }, work).total("TLB")).toBe(3);
  expect(run({ cpus: 8, release: "7.2" }, work).total("TLB")).toBe(6);
});

test("PREEMPT_RT wakes sleeping threads by reschedule interrupts", () => {
  const one = sd.simulate({
    machine: sd.machines.qemu.withCpus(8),
    linux: sd.linux({ release: "6.12", preemptRt: true }),
    backend: sd.backend.native(),
    workload: exit({ threads: 4, siblings: "sleep" }),
  });
  expect([one.total("CAL"), one.total("TLB"), one.total("RES")]).toEqual([3, 3, 4]);
});

test("arm64 interrupts nobody for the flush: wake-ups are all", () => {
  for (const siblings of ["sleep", "spin"] as const) {
    const one = sd.simulate({
      machine: sd.machines.qemuArm64.withCpus(8),
      linux: sd.linux({ release: "7.2" }),
      backend: sd.backend.native(),
      workload: exit({ threads: 4, siblings }),
    });
    const { IPI0, IPI1 } = one.result.rows;
    expect(sum(IPI1!)).toBe(siblings === "sleep" ? 4 : 1);
    expect(sum(IPI0!)).toBe(siblings === "sleep" ? 0 : 3); // counted
  }
});

test("arm64 and POWER: fork, mremap, MADV_DONTNEED and copy-on-write interrupt nobody", () => {
  const process = { threads: 4, siblings: "spin" } as const;
  const works = [
    workload.fork({ children: 10, pagesWritten: 4, ...process }),
    workload.fork({ phase: "copyOnWrite", ...process }),
    workload.mremap({ bytes: MiB(16), calls: 10, targetOffsetBytes: 4096, ...process }),
    workload.dontneed({ bytes: MiB(16), calls: 4, ...process }),
    workload.madviseFree({ bytes: MiB(2), calls: 4, ...process }),
    workload.madviseCold({ bytes: MiB(2), calls: 4, ...process }),
  ];
  for (const machine of [sd.machines.qemuArm64, sd.machines.qemuPpc64le]) {
    for (const one of works) {
      const { result } = sd.simulate({
        machine: machine.withCpus(8),
        linux: sd.linux({ release: "7.2" }),
        backend: sd.backend.native(),
        workload: one,
      });
      expect(sum(Object.values(result.rows).flat())).toBe(0);
    }
  }
});

test("any number of threads, release and way to go: TLB T-1, RES or wake-ups T-1", () => {
  const scene = fc.record({
    threads: fc.integer({ min: 1, max: 12 }),
    siblings: fc.constantFrom("spin" as const, "sleep" as const),
    how: fc.constantFrom("exit" as const, "kill" as const),
    release: fc.constantFrom(...RELEASES),
  });
  fc.assert(
    fc.property(scene, ({ release, ...options }) => {
      const others = options.threads - 1;
      const one = run({ cpus: 13, release }, exit(options));
      expect(one.total("TLB")).toBe(others);
      expect(one.total("RES")).toBe(options.siblings === "spin" ? others : 0);
      const woken = options.siblings === "sleep" ? others : 0;
      const toParent = one.total("CAL") - others - woken;
      expect([0, 1]).toContain(toParent);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("every step as an event gives the same run to the bit", () => {
  for (const siblings of ["sleep", "spin", "stale"] as const) {
    for (const how of ["exit", "kill"] as const) {
      const scene = {
        machine: sd.machines.qemu.withCpus(16),
        linux: sd.linux({ release: "7.2" }),
        backend: sd.backend.native(),
        workload: exit({ threads: 9, siblings, how, visitedCpus: 3 }),
      };
      const eager = sd.simulate({ ...scene, eager: true });
      expect(eager.digest()).toBe(sd.simulate(scene).digest());
    }
  }
});
