/**
 * What a hypervisor or hardware flush leaves of the interrupts of the native one. n collapses or
 * calls, N = 8 CPUs, T threads; the sync S stays a broadcast to N − 1 on every backend.
 */
import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";
import type { Counts, Place } from "./counts.ts";
import { counts, RELEASES, run, strikes } from "./counts.ts";

const { collapse, mprotect, munmap } = sd.workload;
const { hyperv, kvm, native, xenPv } = sd.backend;

const N = 8;
const TABLES = 16;
const S = TABLES * (N - 1);
const bytes = sd.MiB(2 * TABLES);

/** G1: alone. G2: siblings spin. G3: siblings sleep, lazy. */
const g1 = collapse({ bytes });
const g2 = collapse({ bytes, threads: 4, siblings: "spin" });
const g3 = collapse({ bytes, threads: 4, siblings: "sleep" });
const stale = collapse({ bytes, threads: 4, siblings: "stale" });

const skip = sd.tableSync.skipIfFlushSentIpis();

function on(backend: sd.Backend, more: Partial<Place> = {}): Place {
  return { cpus: N, backend, ...more };
}

/** Hypercalls of each form. */
function hypercalls(place: Place, workload: sd.Workload): Readonly<Record<string, number>> {
  const { tallies } = run(place, workload).result;
  const forms = ["flush_list", "flush_space", "flush_list_ex", "flush_space_ex"];
  return Object.fromEntries(forms.map((form) => [form, tallies[form] ?? 0]));
}

describe.for(RELEASES)("linux %s, a KVM guest whose vCPUs run", (release) => {
  test("counts as bare metal does, with and without the paravirtual flush", () => {
    for (const workload of [g1, g2, g3, stale]) {
      const expected = counts(on(native(), { release }), workload);
      for (const pvFlush of [true, false]) {
        expect(counts(on(kvm({ pvFlush }), { release }), workload)).toEqual(expected);
      }
    }
  });

  test("skips the sync only without it: the boot key wants the native flush", () => {
    const lazy = 3 * strikes(release);
    const rows: [sd.Workload, Counts][] = [
      [g1, { CAL: 0, TLB: 0 }],
      [g2, { CAL: 3 * TABLES, TLB: 3 * TABLES }],
      [g3, { CAL: lazy, TLB: lazy }],
    ];
    for (const [workload, { CAL, TLB }] of rows) {
      const place = { release, tableSync: skip };
      expect(counts(on(kvm({ pvFlush: false }), place), workload)).toEqual({ CAL, TLB });
      expect(counts(on(kvm(), place), workload)).toEqual({ CAL: S + CAL, TLB });
    }
  });

  test("how interrupts are sent changes no count", () => {
    for (const ipis of ["exits", "pv", "avic"] as const) {
      for (const apic of ["cluster", "physical"] as const) {
        const place = on(kvm({ ipis, apic, shorthand: false }), { release });
        expect(counts(place, g2)).toEqual({ CAL: S + 3 * TABLES, TLB: 3 * TABLES });
      }
    }
  });
});

describe.for(RELEASES)("linux %s, a KVM guest with preempted vCPUs", (release) => {
  test("each of them in a mask is one less on CAL and TLB, and S is whole", () => {
    for (const preemptedShare of [0.2, 0.5, 0.8]) {
      const one = run(on(kvm({ preemptedShare, stopNs: sd.us(400) }), { release }), g2);
      const left = 3 * TABLES - one.result.tallies.flushes_at_entry!;
      expect(left).toBeLessThan(3 * TABLES);
      expect([one.total("CAL"), one.total("TLB")]).toEqual([S + left, left]);
      expect(one.result.tallies.sync_rounds).toBe(TABLES);
    }
  });

  test("without the paravirtual flush all are waited for", () => {
    const guest = kvm({ preemptedShare: 0.5, stopNs: sd.us(400), pvFlush: false });
    const expected = { CAL: S + 3 * TABLES, TLB: 3 * TABLES };
    expect(counts(on(guest, { release }), g2)).toEqual(expected);
  });
});

describe.for(RELEASES)("linux %s, hypercalls that flush", (release) => {
  test.for([hyperv(), xenPv()])("%s: S on CAL and nothing on TLB", (backend) => {
    for (const workload of [g1, g2, g3, stale]) {
      for (const tableSync of [sd.tableSync.broadcast(), skip]) {
        expect(counts(on(backend, { release, tableSync }), workload)).toEqual({ CAL: S, TLB: 0 });
      }
    }
    const process = { threads: 4, siblings: "spin" } as const;
    const others = [
      munmap({ bytes: 4096, calls: 20, ...process }),
      mprotect({ bytes: 4096, calls: 20, ...process }),
    ];
    for (const workload of others) {
      expect(counts(on(backend, { release }), workload)).toEqual({ CAL: 0, TLB: 0 });
    }
  });

  test("lazy CPUs stay lazy and in the mask: every round has a hypercall", () => {
    for (const backend of [hyperv(), xenPv()]) {
      expect(run(on(backend, { release }), g3).result.tallies.flush_rounds).toBe(TABLES);
    }
  });

  test("Hyper-V goes native when the hypercall fails", () => {
    const failing = hyperv({ flushFails: true });
    for (const workload of [g1, g2, g3]) {
      const expected = counts(on(native(), { release }), workload);
      expect(counts(on(failing, { release }), workload)).toEqual(expected);
    }
  });

  test("tables go through RCU: 509 of them are one round, 510 are two", () => {
    // One PMD table holds 512 PTE tables; with it 508 of them are 509 tables.
    const tables = (count: number): sd.Workload =>
      munmap({ bytes: sd.MiB(2 * count), strideBytes: sd.MiB(2), threads: 2, siblings: "spin" });
    for (const backend of [hyperv(), xenPv(), kvm()]) {
      const rounds = (count: number): number =>
        run(on(backend, { release }), tables(count)).result.tallies.flush_rounds!;
      expect([rounds(507), rounds(508)]).toEqual([1, 2]);
    }
  });
});

describe("the form of the Hyper-V hypercall", () => {
  const spin = { threads: 4, siblings: "spin" } as const;
  const none = { flush_list: 0, flush_space: 0, flush_list_ex: 0, flush_space_ex: 0 };

  test("up to 33 pages are a list, a full flush the whole address space", () => {
    const pages = (count: number): sd.Workload => mprotect({ bytes: 4096 * count, ...spin });
    expect(hypercalls(on(hyperv()), pages(33))).toEqual({ ...none, flush_list: 1 });
    expect(hypercalls(on(hyperv()), pages(34))).toEqual({ ...none, flush_space: 1 });
  });

  test("a virtual processor from 64 on needs the longer form, unless all are meant", () => {
    const threads = (count: number): sd.Workload =>
      mprotect({ bytes: 4096, threads: count, siblings: "spin" });
    const wide = on(hyperv(), { cpus: 80 });
    expect(hypercalls(wide, threads(64))).toEqual({ ...none, flush_list: 1 });
    expect(hypercalls(wide, threads(65))).toEqual({ ...none, flush_list_ex: 1 });
    expect(hypercalls(wide, threads(80))).toEqual({ ...none, flush_list: 1 });
  });
});

describe("INVLPGB", () => {
  const settleNs = sd.ms(4 * 99);
  const work = collapse({ bytes, threads: 4, siblings: "spin", settleNs });
  const quiet = { CAL: S + 6, TLB: 6 };

  test("steady state: S on CAL, nothing on TLB, and the sync is not skipped", () => {
    const place = { cpus: N, invlpgb: true };
    expect(counts(place, work)).toEqual(quiet);
    expect(counts({ ...place, tableSync: skip }, work)).toEqual(quiet);
  });

  test("a guest does not see it unless the host shows it", () => {
    const counted = (backend: sd.Backend): Counts => counts(on(backend, { invlpgb: true }), work);
    expect(counted(kvm())).toEqual({ CAL: S + 3 * TABLES, TLB: 3 * TABLES });
    expect(counted(kvm({ invlpgb: true }))).toEqual(quiet);
    expect(counted(hyperv())).toEqual({ CAL: S, TLB: 0 });
  });
});

describe("Intel RAR", () => {
  const place = { cpus: N, rar: true };

  test("flushes the mask without a handler, and is no sync", () => {
    for (const workload of [g1, g2, g3, stale]) {
      for (const tableSync of [sd.tableSync.broadcast(), skip]) {
        expect(counts({ ...place, tableSync }, workload)).toEqual({ CAL: S, TLB: 0 });
      }
    }
  });

  test("releases before the series, and guests, interrupt as ever", () => {
    const expected = { CAL: S + 3 * TABLES, TLB: 3 * TABLES };
    expect(counts({ ...place, release: "6.12" }, g2)).toEqual(expected);
    expect(counts({ ...place, backend: kvm() }, g2)).toEqual(expected);
  });
});
