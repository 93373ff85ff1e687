// ---
// jupyter:
//   jupytext:
//     text_representation:
//       extension: .ts
//       format_name: percent
//       format_version: '1.3'
//   kernelspec:
//     display_name: Shootdown
//     language: typescript
//     name: shootdown
// ---

// %% [markdown]
// # What does an isolated CPU feel when somebody else's page tables change?
//
// A real-time thread runs on an isolated CPU, never enters the kernel, shares no memory with anybody. Still the table
// sync interrupts it, for it interrupts every CPU that is online. Customers of real-time kernels reported that
// (Yair Podemsky, 2023), an isolation series counted it (Valentin Schneider, v3, 2024); neither said how long an
// interruption is, or which policy ends it.

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const cpus: number = 64;
const isolated: string = "48-63";
const mebibytes: number = 32;
const storms: number = 40;
const seed: number = 1;

// %% [markdown]
// ## 1. Who still reaches it?
//
// Eight page tables, by what removes them, for releases and architectures: interruptions of one isolated CPU, which
// runs another process. PREEMPT_RT kernels have no transparent huge pages as Debian builds them, and so no collapse.

// %%
const backend = sd.backend.native();
const machine = sd.machine({ cpus, isolated });
const arm64 = sd.machines.altra128.withCpus(cpus).with({ isolated });
const first = machine.isolated[0];
const observer = sd.workload.isolatedObserver();
const operations: Record<string, sd.Workload> = {
  collapse: sd.workload.collapse({ bytes: 8 * sd.MiB(2) }),
  "hugetlb unshare": sd.workload.unshare({ bytes: sd.GiB(8), perGiB: true }),
  munmap: sd.workload.munmap({ bytes: sd.MiB(2), calls: 8 }),
  "munmap, no memory": sd.workload.munmap({ bytes: sd.MiB(2), calls: 8, tableBatchFails: true }),
};
const perCpu = (run: sd.Run) => run.noiseByCpu().objects()[0] as
  { cpu: number; count: number; ns_total: number; ns_max: number; noise_pct: number };
const kernels: [string, sd.Linux, sd.Machine][] = [
  ["6.12, x86", sd.linux({ release: "6.12" }), machine],
  ["6.12 RT, x86", sd.linux({ release: "6.12", preemptRt: true }), machine],
  ["7.2, x86", sd.linux({ release: "7.2" }), machine],
  ["6.18, arm64", sd.linux({ release: "6.18" }), arm64],
  ["7.2, arm64", sd.linux({ release: "7.2" }), arm64],
];
const reached = sd.table(Object.entries(operations).map(([operation, workload]) => ({ operation,
  ...Object.fromEntries(kernels.map(([kernel, linux, on]) => [kernel, perCpu(sd.simulate({
    machine: on, linux, backend, seed, workload: sd.workload.together(workload, observer) })).count])) })));
reached

// %% [markdown]
// A plain munmap never does: its flush goes to the CPUs of the process. What the customers met is the last row,
// the path without memory, on machines that free tables by RCU; since 7.1 it waits for a grace period instead.
// Collapse and unshare are left.

// %% [markdown]
// ## 2. Which policy ends it, and who pays then?
//
// One process collapses, four of its threads call GUP-fast all the time, the real-time threads run beside them.

// %%
const mainline = sd.linux({ release: "7.2" });
const policies: Record<string, sd.Linux> = {
  broadcast: mainline,
  skip: mainline.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() }),
  targeted: mainline.with({ tableSync: sd.tableSync.targeted() }),
  RCU: mainline.with({ tableSync: sd.tableSync.rcu() }),
  "cpumask (Podemsky v2)": mainline.with({ tableSync: sd.tableSync.mmCpumaskFiltered() }),
  deferToEntry: mainline.with({ tableSync: sd.tableSync.deferToEntry() }),
};
const tables = mebibytes / 2;
const workload = sd.workload.together(sd.workload.collapse({ bytes: sd.MiB(mebibytes) }),
  sd.workload.gupFastHammer({ threads: 4, calls: 2_000 }), observer);
const felt = (linux: sd.Linux, on: sd.Machine = machine) => {
  const run = sd.simulate({ machine: on, linux, backend, seed, workload });
  const { count, ns_total, ns_max } = perCpu(run);
  const took = run.durations().filter((row: any) => row.what === "sync").objects()[0] as any;
  return { interruptions: count, longest_ns: ns_max, total_ns: ns_total, sync_us: took.ns_mean / 1000,
           gup_fast_ns: Number(run.summary().get("gup_fast_ns_mean", 0)), run };
};
const byPolicy = Object.entries(policies).map(([policy, linux]) => ({ policy, ...felt(linux) }));
const ofPolicy = sd.table(byPolicy.map(({ run, ...row }) => ({ ...row, on_arm64:
  row.policy === "deferToEntry" ? null : felt(policies[row.policy]!, arm64).interruptions })));
ofPolicy

// %%
const causes = byPolicy[0]!.run.noise().params({ first, last: machine.isolated.at(-1) })
  .filter((row: any, $: any) => row.cpu === $.first || row.cpu === $.last);
causes

// %% [markdown]
// On x86 every policy but the broadcast leaves the isolated CPU alone. They differ in who pays: with *targeted* each
// GUP-fast, with *RCU* the collapsing thread, which waits (`sync_us`); *skip* and *cpumask* cost next to nothing, and
// rest on whom the flush reaches: on arm64, where it interrupts nobody, they must broadcast (`on_arm64`).

// %% [markdown]
// ## 3. Is it safe, if the interrupt is left out?
//
// Two CPUs, one table; on x86 the flush reaches the walker's CPU, on arm64 it interrupts nobody (the deferral is
// of x86 only). The last columns are the other half of the deferral: a flush of kernel mappings that an isolated
// CPU does only on its next entry, and the same where the entry code itself uses such a mapping.

// %%
const collapsed = sd.scenario.collapseVsGupFast();
const scenarios: Record<string, { scenario: sd.Scenario; machine: sd.Machine }> = {
  x86: { scenario: collapsed, machine },
  arm64: { scenario: sd.scenario.collapseVsGupFast({ walkers: "outside" }), machine: arm64 },
  vfree: { scenario: sd.scenario.isolatedCpuDeferral(), machine },
  "vfree, in entry": { scenario: sd.scenario.isolatedCpuDeferral({ access: "danger-zone" }), machine },
};
const asked = Object.entries(policies).flatMap(([policy, linux]) => Object.entries(scenarios)
  .filter(([where]) => where !== "arm64" || policy !== "deferToEntry")
  .map(([where, rest]) => ({ policy, where, question: { ...rest, linux, cpus: 2,
    memoryModel: where === "arm64" ? "sc" as const : "x86-tso" as const } })));
const judged = await Promise.all(asked.map(async ({ policy, where, question }) => {
  const { outcome, property } = await sd.check(sd.question(question));
  return { policy, where, verdict: outcome, property: property ?? "" };
}));
sd.chart.verdicts(sd.table(judged), { row: "policy", column: "where",
  title: "Does the operation wait for everybody it must?",
  subtitle: "2 CPUs, x86-TSO, arm64: sequential; vfree: flush of a kernel mapping",
  source: "explorer: every interleaving within these bounds" })

// %% [markdown]
// ## 4. How long is the longest interruption?
//
// One sync is the entry, an empty function, the exit. It grows only when several come at once: the functions of many
// senders run in one interrupt. So here more and more processes collapse side by side, with tables
// that take unequal times.

// %%
const side = (count: number) => sd.simulate({ machine, linux: mainline, backend, seed,
  workload: sd.workload.together(...Array.from({ length: count }, (_, index) => sd.workload.collapse({
    bytes: sd.MiB(mebibytes), presentPages: 512 - 7 * index, failBeforeFlush: index % tables })),
    observer) });
const senders = [1, 4, 12, storms].filter((count) => count < cpus - machine.isolated.length);
const crowds = senders.map((count) => ({ count, run: side(count) }));
const crowded = sd.table(crowds.map(({ count, run }) => {
  const noise = perCpu(run);
  const calls = run.noise().objects().filter((row: any) => row.cpu === first);
  return { senders: count, functions: calls.reduce((sum: number, row: any) => sum + row.count, 0),
           interruptions: noise.count, longest_ns: noise.ns_max, noise_pct: noise.noise_pct };
}));
crowded

// %% [markdown]
// For scale, what a thread of the *own* process feels when another one of it unmaps memory, which no policy of the sync
// changes: a flush of some pages, and one of everything.

// %%
const own = (pages: number) => sd.simulate({ machine, linux: mainline, backend, seed, noise: [1],
  workload: sd.workload.munmap({ bytes: pages * 4096, calls: 8, threads: 4, siblings: "spin" }) });
const lengths = [
  ...crowds.slice(-1).map(({ count, run }) => ({ whose: `sync, ${count} processes`, run })),
  { whose: "own munmap, 16 pages", run: own(16) }, { whose: "own munmap, 512 pages", run: own(512) },
];
const buckets = sd.table(lengths.flatMap(({ whose, run }) => {
  const rows = run.noiseDistribution().objects() as { lo: number; hi: number; count: number }[];
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  return rows.map(({ lo, hi, count }) => ({ whose, lo, hi, share_pct: (100 * count) / all }));
}));
sd.chart.distribution(buckets, { series: "whose", count: "share_pct", scale: "log",
  xTitle: "length of an interruption (ns)", title: "How long one interruption takes",
  subtitle: "share of all of them, %; interrupt entry and exit are assumed",
  source: "model of Linux 7.2" })

// %% [markdown]
// ## 5. How often?
//
// A count is not yet a rate: that depends on who collapses. khugepaged at its default pace, MADV_COLLAPSE as fast
// as it goes, and what was counted on a machine with isolated CPUs (`tlb_remove_table_smp_sync` in an hour; v3 of the
// deferral series, 2024; the number of its isolated CPUs is derived).

// %%
const collapseNs = Number(byPolicy[0]!.run.durations().filter((row: any) => row.what === "collapse")
  .get("ns_mean", 0));
const pace = sd.table([
  { who: "khugepaged, default", per_second: 8 / 10, from: "4096 pages each 10 s" },
  { who: "MADV_COLLAPSE, one thread", per_second: 1e9 / collapseNs, from: "model, costed" },
  { who: "counted, v6.12-rc4", per_second: 22_048 / 27 / 3600, from: "calls / 27 CPUs / hour" },
]).params({ ns: byPolicy[0]!.longest_ns })
  .derive({ lost_ns_per_second: (row: any, $: any) => row.per_second * $.ns });
pace

// %% [markdown]
// ## 6. What the conclusion rests on
//
// Counts need no costs; lengths do. The entry into an interrupt, its exit and the empty function are
// assumed, each with a range. Both ends:

// %%
const assumed = machine.costRows().filter(({ evidence, range_lo }) =>
  evidence === "assumed" && range_lo !== null);
const at = (end: sd.CostEnd) => machine.withCostsAt(end, { evidence: ["assumed"] });
const ends: [string, sd.Machine][] =
  [["low end", at("low")], ["as used", machine], ["high end", at("high")]];
const sensitivity = sd.table(ends.flatMap(([assumed_costs, on]) =>
  ["broadcast", "targeted"].map((policy) => {
    const { run, total_ns, ...row } = felt(policies[policy]!, on);
    return { assumed_costs, policy, ...row };
  })));
const used = assumed.filter(({ step }) => byPolicy[0]!.run.assumedCosts().includes(step));
await sd.show(sd.table(used, ["step", "ns", "range_lo", "range_hi", "evidence", "source"]));
sensitivity

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts** of the broadcast are validated, isolated CPUs included (docs/validation.md); which paths sync in which release
//   is read in the sources.
// * **Lengths** are costed, with assumed entry and exit. What an application loses beside is not in them:
//   cold caches, refills behind a full flush, the exit of a guest. A cyclictest of this has not been published.
// * The isolated CPU here runs user code without a tick, and nothing but interrupts of page tables reaches it.
// * **Verdicts** hold within their bounds: two CPUs, one table. Walkers of another address space that reach the same table
//   (file memory) break more policies; that is in notebook `safety`.

// %% tags=["finding"]
const spares = (column: "interruptions" | "on_arm64") => (ofPolicy.objects() as any[])
  .filter((row) => row[column] === 0).map(({ policy }) => policy).join(", ");
const feltBy = byPolicy[0]!;
const longest = (sensitivity.objects() as any[]).filter((row) => row.policy === "broadcast").map((row) => row.longest_ns);
console.log(`Collapsing ${tables} tables interrupts an isolated CPU ${feltBy.interruptions} times for ${feltBy.longest_ns} ns each ` +
  `(${Math.min(...longest)} to ${Math.max(...longest)} over the assumed costs); not at all under ${spares("interruptions")} ` +
  `on x86, and under ${spares("on_arm64")} on arm64.`);

// %%
console.log(`${tables} tables collapsed elsewhere, ${cpus} CPUs of which ${isolated} isolated, Linux 7.2`);
ofPolicy.select("policy", "interruptions", "on_arm64", "longest_ns", "sync_us", "gup_fast_ns")
