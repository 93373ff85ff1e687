/** The policies of the group tableSync: what each sends, what its walkers do, where it is refused. */
import { describe, expect, test } from "vitest";
import * as sd from "../../lib/index.ts";

const { collapse, gupFastHammer, munmap, together } = sd.workload;
const {
  broadcast,
  contextFiltered,
  deferToEntry,
  dynamicFlag,
  mmCpumaskFiltered,
  perCpuCounter,
  perMmCounter,
  rcu,
  registeredWalkers,
  serializedLookups,
  skipIfFlushImpliesIpi,
  skipIfFlushSentIpis,
  targeted,
  tolerantReaders,
} = sd.tableSync;
const TABLES = 20;
const CPUS = 16;

interface Where {
  readonly machine?: sd.Machine;
  readonly workload?: sd.Workload;
  readonly release?: string;
  readonly seed?: number;
}

const x86Machine = sd.machine({ coresPerSocket: CPUS });
const invlpgb = sd.machine({ arch: sd.x86({ invlpgb: true }), coresPerSocket: CPUS });
const arm64 = sd.machines.qemuArm64.withCpus(CPUS);
const alone = collapse({ bytes: sd.MiB(2 * TABLES) });
const beside = (threads: number, more: object = {}): sd.Workload =>
  together(alone, gupFastHammer({ threads, gapNs: 200, pages: 8, ...more }));

function run(tableSync: sd.Policy, where: Where = {}): sd.Run {
  const { machine = x86Machine, workload = alone, release = "7.2", seed = 1 } = where;
  const backend = sd.backend.native();
  return sd.simulate({ machine, linux: sd.linux({ release, tableSync }), backend, workload, seed });
}

/** Interrupts of the syncs alone, a table; arm64 counts calls on row IPI1. */
function perSync(tableSync: sd.Policy, where: Where = {}): number {
  const one = run(tableSync, where);
  return (one.total("CAL") + one.total("IPI1") - one.total("TLB")) / TABLES;
}

const all = CPUS - 1;

describe("who is interrupted by one sync when nobody walks", () => {
  test.for([
    ["broadcast", broadcast(), all, all],
    ["registeredWalkers", registeredWalkers(), all, all],
    ["tolerantReaders", tolerantReaders(), all, all],
    ["rcu", rcu(), 0, 0],
    ["skip, RFC", skipIfFlushImpliesIpi({ version: "RFC" }), 0, all],
    ["skip, v1", skipIfFlushImpliesIpi({ version: "v1" }), 0, all],
    ["skip, v2", skipIfFlushImpliesIpi({ version: "v2" }), 0, all],
    ["skip, v4", skipIfFlushImpliesIpi({ version: "v4" }), 0, all],
    ["skip, v5", skipIfFlushImpliesIpi(), 0, all],
    ["skip, v6", skipIfFlushSentIpis(), 0, all],
    ["skip, v7", skipIfFlushSentIpis({ syncRcu: "skip" }), 0, all],
    ["flag, v3", dynamicFlag(), 0, 0],
    ["tracker", targeted(), 0, 0],
    ["tracker, xchg", targeted({ enterBarrier: "xchg" }), 0, 0],
    ["tracker without memory", targeted({ maskFailurePct: 100 }), all, all],
    ["mm counter", perMmCounter(), 0, 0],
    ["CPU counters", perCpuCounter(), 0, 0],
    ["mm_cpumask", mmCpumaskFiltered(), 0, 0],
    ["contexts", contextFiltered(), 0, 0],
    ["deferred to the entry", deferToEntry(), 0, 0],
  ] as const)("%s: %s", ([, policy, native, broadcasting]) => {
    expect(perSync(policy)).toBe(native);
    expect(perSync(policy, { machine: invlpgb })).toBe(broadcasting);
  });

  test("with INVLPGB the flag of v3 is decided flush by flush, until the ASID is global", () => {
    const threads = collapse({ bytes: sd.GiB(1), threads: 8, siblings: "spin" });
    const syncs = (policy: sd.Policy): number => {
      const { tallies } = run(policy, { machine: invlpgb, workload: threads }).result;
      return tallies.sync_rounds ?? 0;
    };
    expect(syncs(broadcast())).toBe(512);
    expect(syncs(dynamicFlag())).toBeGreaterThan(0);
    expect(syncs(dynamicFlag())).toBeLessThan(512);
    expect(syncs(dynamicFlag({ setBy: "any" }))).toBe(0);
  });
});

describe("backends whose flush lets the sync be skipped, version by version", () => {
  const { native, kvm, hyperv, xenPv } = sd.backend;
  const backends = [native(), kvm(), kvm({ pvFlush: false }), hyperv(), xenPv()];
  const skips = (policy: sd.Policy, workload = alone): boolean[] =>
    backends.map((backend) => {
      const linux = sd.linux({ tableSync: policy });
      const one = sd.simulate({ machine: x86Machine, linux, backend, workload });
      return (one.result.tallies.sync_rounds ?? 0) === 0;
    });
  const nativeOnly = [true, false, true, false, false];

  test.for(["RFC", "v1", "v2", "v5"] as const)("%s: the native flush only", (version) => {
    expect(skips(skipIfFlushImpliesIpi({ version }))).toEqual(nativeOnly);
  });

  test("v4: KVM too, which is wrong", () => {
    expect(skips(skipIfFlushImpliesIpi({ version: "v4" }))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(skips(targeted({ property: "v4" }))).toEqual([true, true, true, false, false]);
  });

  test("v3: whoever interrupts its targets, flush by flush; a flush of this CPU alone counts", () => {
    const spinning = collapse({ bytes: sd.MiB(2 * TABLES), threads: 4, siblings: "spin" });
    expect(skips(dynamicFlag(), spinning)).toEqual([true, true, true, false, false]);
    expect(skips(dynamicFlag({ setBy: "any" }), spinning)).toEqual(Array(5).fill(true));
    expect(skips(dynamicFlag()).slice(0, 3)).toEqual([true, true, true]);
  });

  test("v3 as posted skips although KVM left preempted vCPUs out of the flush", () => {
    const spinning = collapse({ bytes: sd.MiB(2 * TABLES), threads: 12, siblings: "spin" });
    const syncs = (policy: sd.Policy): number => {
      const linux = sd.linux({ tableSync: policy });
      const backend = kvm({ preemptedShare: 0.3 });
      const scene = { machine: x86Machine, linux, backend, workload: spinning };
      return sd.simulate(scene).result.tallies.sync_rounds ?? 0;
    };
    expect(syncs(dynamicFlag())).toBeGreaterThan(0);
    expect(syncs(dynamicFlag({ setBy: "native-routine" }))).toBe(0);
  });

  test("v6 to v10: the key is set where the flush is native", () => {
    expect(skips(skipIfFlushSentIpis())).toEqual(nativeOnly);
  });
});

describe("who is interrupted on arm64, where no flush interrupts and no mask is kept", () => {
  test.for([
    ["broadcast", broadcast(), all],
    ["skip", skipIfFlushImpliesIpi(), all],
    ["key", skipIfFlushSentIpis(), all],
    ["flag", dynamicFlag(), all],
    ["mm_cpumask", mmCpumaskFiltered(), all],
    ["contexts", contextFiltered(), 0],
    ["deferred to the entry", deferToEntry(), 0],
    ["tracker", targeted(), 0],
    ["CPU counters", perCpuCounter(), 0],
    ["rcu", rcu(), 0],
  ] as const)("%s", ([, policy, expected]) => {
    expect(perSync(policy, { machine: arm64 })).toBe(expected);
  });

  test.for([perMmCounter(), perCpuCounter({ among: "mm_cpumask" })])(
    "%s is refused: it would wait for nobody",
    (policy) => {
      expect(() => run(policy, { machine: arm64 })).toThrow(/SD004: .*arm64 keeps no mm_cpumask/);
    },
  );
});

describe("beside walkers", () => {
  const threads = 10;
  const same = { workload: beside(threads) };
  const other = { workload: beside(threads, { process: "other" }) };

  test("the mm counter interrupts all users or nobody, CPU counters those that walk", () => {
    const mm = perSync(perMmCounter(), same);
    const cpu = perSync(perCpuCounter(), same);
    expect(mm).toBe(threads);
    expect(cpu).toBeGreaterThan(threads / 2);
    expect(cpu).toBeLessThan(threads);
  });

  test("walkers of another process: counted by their CPU, not by their mm", () => {
    expect(perSync(perMmCounter(), other)).toBe(0);
    expect(perSync(targeted(), other)).toBe(0);
    expect(perSync(perCpuCounter({ among: "mm_cpumask" }), other)).toBe(0);
    expect(perSync(perCpuCounter(), other)).toBeGreaterThan(threads / 2);
    expect(perSync(mmCpumaskFiltered(), other)).toBe(0);
  });

  test("of the users of the mm, only those in the kernel; as posted nobody", () => {
    const spin = together(
      collapse({ bytes: sd.MiB(2 * TABLES), threads: 4, siblings: "spin" }),
      gupFastHammer({ threads, gapNs: 200 }),
    );
    expect(perSync(mmCpumaskFiltered(), { workload: spin })).toBe(threads + 3);
    expect(perSync(contextFiltered(), { workload: spin })).toBe(threads);
    expect(perSync(deferToEntry(), { workload: spin })).toBe(threads);
    expect(perSync(contextFiltered({ predicate: "as-posted" }), { workload: spin })).toBe(0);
  });

  test("a mask that cannot be allocated now and then costs a broadcast each time", () => {
    const sent = perSync(targeted({ maskFailurePct: 30 }), { workload: beside(1) });
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThan(all / 2);
    const nobody = targeted({ maskFailurePct: 100, onMaskFailure: "nothing" });
    expect(perSync(nobody, same)).toBe(0);
  });

  test("two properties in one: v4 asks its own before it reads trackers", () => {
    expect(perSync(targeted({ property: "v4" }), same)).toBe(0);
    expect(perSync(targeted({ property: "v5" }), same)).toBe(0);
    const known = perSync(targeted({ property: "v5" }), { ...same, machine: invlpgb });
    expect(known).toBeGreaterThan(0);
  });
});

describe("what a walker pays, ns a call of one page", () => {
  const hammer = gupFastHammer({ threads: 1, gapNs: 0, calls: 500 });
  const free = cost(broadcast());

  function cost(policy: sd.Policy): number {
    return Number(run(policy, { workload: hammer }).summaryRow().gup_fast_ns_mean);
  }

  test.for([
    ["rcu", rcu(), 0],
    ["skip", skipIfFlushSentIpis(), 0],
    ["flag", dynamicFlag(), 0],
    ["mm_cpumask", mmCpumaskFiltered(), 0],
    ["contexts", contextFiltered(), 0],
    ["deferred to the entry", deferToEntry(), 0],
    ["tracker: two stores and a fence", targeted({ nested: "clear" }), 9],
    ["tracker: an exchange and a store", targeted({ nested: "clear", enterBarrier: "xchg" }), 8],
    ["tracker that is restored: two loads and two stores more", targeted(), 13],
    ["barriers at both ends", registeredWalkers(), 14],
    ["a counter of the CPU: two fences, loads, stores", perCpuCounter(), 18],
    ["a counter of the mm: two fences, two atomics", perMmCounter(), 28],
  ] as const)("%s", ([, policy, expected]) => {
    expect(Math.round(cost(policy) - free)).toBe(expected);
  });
});

describe("what the updater pays", () => {
  test("rcu: a grace period a table, counted, and nothing else", () => {
    const one = run(rcu());
    const row = one.summaryRow();
    expect([row.sync_rounds, row.grace_periods, row.cal]).toEqual([TABLES, TABLES, 0]);
    const added = Number(row.duration_ns) - Number(run(broadcast()).summaryRow().duration_ns);
    expect(added / TABLES / 22_900_000).toBeGreaterThan(0.99);
    expect(added / TABLES / 22_900_000).toBeLessThan(1);
  });

  test("10,240 collapses one after the other wait 234 s", () => {
    const one = run(rcu(), {
      machine: sd.machines.icelake64,
      workload: collapse({ bytes: sd.GiB(20) }),
    });
    expect(one.result.tallies.grace_periods).toBe(10_240);
    const graceNs = 10_240 * 22_900_000;
    expect(graceNs / 1e9).toBeCloseTo(234.5, 1);
    expect(Number(one.summaryRow().duration_ns)).toBeGreaterThan(graceNs);
  });
});

describe("page tables that cannot be batched", () => {
  const work = (calls: number): sd.Workload =>
    munmap({ bytes: 4096, calls, tableBatchFails: true, spacingBytes: sd.GiB(2) });
  const tallies = (policy: sd.Policy, where: Where): Readonly<Record<string, number>> =>
    run(policy, { workload: work(5), ...where }).result.tallies;

  test("6.12 on arm64: each table is freed behind a sync of its own", () => {
    const one = run(broadcast(), { workload: work(5), machine: arm64, release: "6.12" });
    const removed = one.result.tallies.tables_removed_alone ?? 0;
    expect(removed).toBeGreaterThanOrEqual(10);
    expect(one.result.tallies.sync_rounds).toBe(removed);
    expect(one.total("IPI1")).toBe(removed * all);
  });

  test("7.2 with PT_RECLAIM: call_rcu, nobody waits", () => {
    const { tables_removed_alone, rcu_callbacks, sync_rounds = 0 } = tallies(broadcast(), {});
    expect(rcu_callbacks).toBe(tables_removed_alone);
    expect(sync_rounds).toBe(0);
  });

  test("7.2 on powerpc: a grace period each, which v7 skips only where its key is on", () => {
    const machine = sd.machines.qemuPpc64le;
    for (const policy of [broadcast(), skipIfFlushSentIpis({ syncRcu: "skip" })]) {
      const { tables_removed_alone, grace_periods } = tallies(policy, { machine });
      expect(grace_periods).toBe(tables_removed_alone);
    }
  });

  test("6.1 on x86: tables ride in the page batch, so that nothing changes", () => {
    expect(tallies(broadcast(), { release: "6.1" }).tables_removed_alone).toBeUndefined();
  });
});

describe("powerpc: huge pages that are unmapped", () => {
  const machine = sd.machine({ arch: sd.powerpc({ mmu: "hash" }), coresPerSocket: CPUS });
  const HUGE = 30;
  const threads = 5;
  const workload = munmap({
    bytes: sd.MiB(2 * HUGE),
    memory: "huge",
    threads,
    siblings: "spin",
  });
  const calls = (tableSync: sd.Policy, more: sd.Workload = workload): number => {
    const one = run(tableSync, { machine, workload: more });
    return one.result.tallies.sync_rounds ?? 0;
  };

  test("each waited for the users before 5.8, for walkers in Bras's series, for nobody since", () => {
    expect(calls(serializedLookups())).toBe(HUGE);
    expect(calls(tolerantReaders())).toBe(0);
    expect(calls(broadcast())).toBe(0);
    expect(calls(perMmCounter())).toBe(0);
    expect(calls(perCpuCounter())).toBe(HUGE); // rounds that find no walker
  });

  test("every CPU of the mask is interrupted, once a huge page", () => {
    const one = run(serializedLookups(), { machine, workload });
    expect(one.total("16")).toBe(HUGE * (threads - 1));
    expect(run(perCpuCounter(), { machine, workload }).total("16")).toBe(0);
  });
});

describe("variants that were found wrong say so", () => {
  test.for([
    [skipIfFlushImpliesIpi({ version: "v4" }), /KVM guest leaves preempted vCPUs out/],
    [skipIfFlushSentIpis({ syncRcu: "skip" }), /only rcu_read_lock/],
    [dynamicFlag({ reset: "sync" }), /earlier flush/],
    [dynamicFlag({ setBy: "native-routine" }), /preempted vCPUs/],
    [dynamicFlag({ setBy: "any" }), /no interrupt left/],
    [targeted({ syncFence: "smp_rmb" }), /smp_rmb does not order/],
    [targeted({ nested: "clear" }), /NMI/],
    [targeted({ unshare: "last-sharer" }), /earlier sharer/],
    [targeted({ maskFailurePct: 1, onMaskFailure: "nothing" }), /nobody is waited for/],
    [targeted({ property: "v4" }), /KVM/],
    [perMmCounter(), /file memory/],
    [perCpuCounter({ among: "mm_cpumask" }), /file memory/],
    [contextFiltered({ predicate: "as-posted" }), /never true/],
    [contextFiltered({ syncFence: "none" }), /nothing orders/],
  ] as const)("%#: %s", ([policy, reason]) => {
    expect(policy.unsafe).toMatch(reason);
    expect(String(policy)).toContain("UNSAFE: ");
  });

  test("the defaults have no known fault, but for the counter of the mm", () => {
    const names = Object.keys(sd.tableSync).filter((name) => name !== "custom");
    const makers = sd.tableSync as unknown as Readonly<Record<string, () => sd.Policy>>;
    const unsafe = names.filter((name) => makers[name]!().unsafe !== undefined);
    expect(unsafe).toEqual(["perMmCounter"]);
  });
});

describe("options", () => {
  test.for([
    [() => skipIfFlushImpliesIpi({ version: "v3" as "v4" }), /unknown version: "v3"/],
    [() => skipIfFlushSentIpis({ syncRcu: "no" as "skip" }), /unknown syncRcu: "no"/],
    [() => dynamicFlag({ setBy: "all" as "any" }), /unknown setBy: "all"/],
    [() => dynamicFlag({ rest: 1 } as object), /did you mean "reset"/],
    [() => perCpuCounter({ among: "all" as "online" }), /unknown among: "all"/],
    [() => contextFiltered({ predicate: "x" as "bracketed" }), /unknown predicate: "x"/],
    [() => targeted({ maskFailurePct: 101 }), /invalid maskFailurePct: 101/],
    [() => targeted({ nested: "two" as "clear" }), /unknown nested: "two"/],
    [() => run(serializedLookups()), /SD004: .*only powerpc has lookups/],
  ] as const)("%#: refused with %s", ([make, message]) => {
    expect(make).toThrow(message);
  });
});

test("every policy survives a clone, prints a source and has a listing", () => {
  const names = Object.keys(sd.tableSync).filter((name) => name !== "custom");
  const makers = sd.tableSync as unknown as Readonly<Record<string, () => sd.Policy>>;
  expect(names).toHaveLength(14);
  for (const name of names) {
    const policy = makers[name]!();
    expect(policy.name).toBe(name);
    const clone = JSON.parse(JSON.stringify(policy)) as sd.PolicyData;
    expect(new sd.Policy("tableSync", clone)).toEqual(policy);
    expect(policy.listing()).toContain("/* sync */");
    expect(policy.source.length).toBeGreaterThan(20);
  }
});
