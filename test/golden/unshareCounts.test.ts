import fc from "fast-check";
import { expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import { counts, perCpu, RELEASES, run, strikes } from "./counts.ts";

const { GiB } = sd;
const { unshare } = sd.workload;

test("G18: two processes, one operation, a lone thread: CAL = N-1, TLB = 0", () => {
  const operations = ["munmap", "mprotect", "dontneed", "split", "exit"] as const;
  for (const cpus of [2, 8, 64]) {
    for (const release of RELEASES) {
      for (const operation of operations) {
        const one = unshare({ bytes: GiB(1), operation });
        expect(counts({ cpus, release }, one)).toEqual({ CAL: cpus - 1, TLB: 0 }); // 7, 63
      }
    }
  }
});

test("G18: however many gigabytes one call unshares", () => {
  for (const gigabytes of [1, 4, 8]) {
    const work = unshare({ bytes: GiB(gigabytes) });
    expect(counts({ cpus: 8 }, work)).toEqual({ CAL: 7, TLB: 0 }); // counted 7 each
    expect(run({ cpus: 8 }, work).result.tallies).toMatchObject({
      unshared_tables: gigabytes,
      sync_rounds: 1,
      operations: 1,
    });
  }
});

test("G18: on arm64 the broadcast is all there is", () => {
  for (const siblings of ["spin", "sleep"] as const) {
    const one = sd.simulate({
      machine: sd.machines.qemuArm64.withCpus(16),
      linux: sd.linux({ release: "6.1" }),
      backend: sd.backend.native(),
      workload: unshare({ bytes: GiB(4), threads: 4, siblings }),
    });
    expect(one.total("IPI1")).toBe(15); // counted 15
  }
});

test("G19: G operations: CAL = G(N-1)", () => {
  const calls = [{ operation: "split" }, { perGiB: true }] as const;
  for (const options of calls) {
    const work = unshare({ bytes: GiB(8), ...options });
    expect(counts({ cpus: 8 }, work)).toEqual({ CAL: 56, TLB: 0 }); // counted 56
  }
});

test("G20: siblings spin: two rounds and the broadcast; asleep: the last round alone", () => {
  for (const release of RELEASES) {
    const spin = unshare({ bytes: GiB(4), threads: 4, siblings: "spin" });
    expect(counts({ cpus: 8, release }, spin)).toEqual({ CAL: 13, TLB: 6 }); // counted 13 / 6
    const sleep = unshare({ bytes: GiB(4), threads: 4, siblings: "sleep" });
    expect(counts({ cpus: 8, release }, sleep)).toEqual({ CAL: 10, TLB: 3 }); // counted 10 / 3
    expect(perCpu(run({ cpus: 8, release }, sleep), "CAL")).toEqual([0, 2, 2, 2, 1, 1, 1, 1]);
  }
});

test("G20: mprotect, too: a nested gather ends as if tables had been freed", () => {
  const work = unshare({ bytes: GiB(8), operation: "mprotect", threads: 4, siblings: "spin" });
  for (const release of RELEASES) {
    expect(counts({ cpus: 8, release }, work)).toEqual({ CAL: 13, TLB: 6 }); // counted 13 / 6
  }
});

test("G21: not the last but one sharer: nothing is waited for", () => {
  for (const sharers of [3, 4]) {
    const work = unshare({ bytes: GiB(4), sharers });
    expect(counts({ cpus: 8 }, work)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
  }
  const split = unshare({ bytes: GiB(4), sharers: 3, operation: "split" });
  expect(counts({ cpus: 8 }, split)).toEqual({ CAL: 0, TLB: 0 }); // counted 0
});

test("a mapping that begins 2 MiB late does not share its ends", () => {
  const one = unshare({ bytes: GiB(1), aligned: false, threads: 4, siblings: "spin" });
  expect(counts({ cpus: 8 }, one)).toEqual({ CAL: 3, TLB: 3 }); // counted 3 / 3
  const four = unshare({ bytes: GiB(4), aligned: false });
  expect(counts({ cpus: 8 }, four)).toEqual({ CAL: 7, TLB: 0 }); // counted 7 / 0
  expect(run({ cpus: 8 }, four).result.tallies.unshared_tables).toBe(3);
});

test("6.16: one broadcast for each table and each who leaves it", () => {
  for (const sharers of [2, 5]) {
    const work = unshare({ bytes: GiB(8), sharers });
    expect(counts({ cpus: 8, release: "6.16" }, work)).toEqual({ CAL: 56, TLB: 0 });
  }
});

test("skip and targeted: the flush reaches lazy CPUs, the broadcast is gone", () => {
  for (const tableSync of [sd.tableSync.skipIfFlushSentIpis(), sd.tableSync.targeted()]) {
    const place = { cpus: 8, release: "7.3", tableSync };
    const sleep = unshare({ bytes: GiB(4), threads: 4, siblings: "sleep" });
    expect(counts(place, sleep)).toEqual({ CAL: 6, TLB: 6 }); // counted 6 / 6
    const spin = unshare({ bytes: GiB(4), threads: 4, siblings: "spin" });
    expect(counts(place, spin)).toEqual({ CAL: 6, TLB: 6 }); // counted 6 / 6
    expect(counts(place, unshare({ bytes: GiB(4) }))).toEqual({ CAL: 0, TLB: 0 });
  }
});

test("one polling idle CPU: the broadcast needs no interrupt", () => {
  const place = { cpus: 2, release: "6.12", idle: "polling" } as const;
  expect(counts(place, unshare({ bytes: GiB(1) }))).toEqual({ CAL: 0, TLB: 0 }); // counted 0
});

test("G18 to G21 hold for any number of CPUs, threads, gigabytes and sharers", () => {
  const scene = fc.record({
    threads: fc.integer({ min: 1, max: 8 }),
    others: fc.integer({ min: 1, max: 8 }),
    gigabytes: fc.integer({ min: 1, max: 6 }),
    sharers: fc.integer({ min: 2, max: 4 }),
    perGiB: fc.boolean(),
    siblings: fc.constantFrom("spin" as const, "sleep" as const),
    release: fc.constantFrom(...RELEASES),
  });
  fc.assert(
    fc.property(scene, ({ others, gigabytes, sharers, perGiB, release, ...process }) => {
      const { threads, siblings } = process;
      const cpus = threads + others;
      const calls = perGiB ? gigabytes : 1;
      // Each call flushes once; the last one frees the table above and flushes again.
      const rounds = siblings === "spin" ? calls + 1 : Math.min(1, strikes(release));
      const TLB = (threads - 1) * rounds;
      const syncs = sharers === 2 ? calls : 0;
      const work = unshare({ bytes: GiB(gigabytes), sharers, perGiB, ...process });
      expect(counts({ cpus, release }, work)).toEqual({ CAL: syncs * (cpus - 1) + TLB, TLB });
    }),
    { numRuns: 60, seed: 1 },
  );
});
