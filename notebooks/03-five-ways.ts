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
// # Five ways to wait for a lockless walker
//
// Before a page table is freed or put to another use, nobody may still be walking it. GUP-fast walks with
// interrupts off and takes no lock, so there is nothing to look at, unless a patch adds something to look
// at:
//
// * **broadcast** (mainline): interrupt every CPU; who answers is not walking.
// * **targeted**: each walker names the address space it walks in a per-CPU variable (Lance Yang, 2026, v4).
// * **counter per mm**: walkers count themselves in the address space (Leonardo Bras, 2019).
// * **counter per CPU**: they count themselves in a variable of their CPU (the answer to its review).
// * **RCU**: wait for a grace period; walkers do nothing at all.
//
// The writer pays for the first and the last, the walkers for the others. How much?

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const cpus: number = 64;
const tables: number = 32;
const seed: number = 1;

// %%
const backend = sd.backend.native();
const machine = sd.machines.icelake64.withCpus(cpus);
const mainline = sd.linux({ release: "7.2" });
const ways: Record<string, sd.Linux> = {
  broadcast: mainline,
  targeted: mainline.with({ tableSync: sd.tableSync.targeted() }),
  "counter per mm": mainline.with({ tableSync: sd.tableSync.perMmCounter() }),
  "counter per CPU": mainline.with({ tableSync: sd.tableSync.perCpuCounter() }),
  RCU: mainline.with({ tableSync: sd.tableSync.rcu() }),
};
console.log(ways["counter per mm"].tableSync.listing().split("/* syncShared */")[0]);

// %% [markdown]
// ## 1. What walkers pay
//
// Threads of the process call GUP-fast for one page, over and over, while another one collapses huge pages.

// %%
const beside = (walkers: number, on: sd.Machine = machine) =>
  sd.compare(ways, { machine: on, backend, seed, baseline: "broadcast",
    workload: sd.workload.together(
      sd.workload.collapse({ bytes: tables * sd.MiB(2) }),
      sd.workload.gupFastHammer({ threads: walkers, calls: 1_000, gapNs: 0 })) });
const counts = [1, 4, 8, 16, 32].filter((walkers) => walkers < cpus);
const walked = counts
  .map((walkers) => beside(walkers).params({ walkers }).derive({ walkers: (_: any, $: any) => $.walkers }))
  .reduce((all, one) => all.concat(one));
walked.select("walkers", "linux", "cal", "gup_fast_ns_mean", "gup_fast_overhead_pct")

// %%
sd.chart.lines(walked.filter((row: any) => row.linux !== "broadcast" && row.linux !== "RCU"), {
  x: "walkers", y: "gup_fast_overhead_pct", color: "linux",
  title: "What a walker pays for being seen",
  subtitle: "GUP-fast of one page against the broadcast, without a pause; with RCU: nothing",
  source: "model; fences and contended lines are cited, docs/costs.md" })

// %% [markdown]
// The counter of the address space is one line that all walkers write, twice a call: it costs what the machine
// takes to move that line, and that grows with the walkers. A variable of the own CPU costs a store and a
// full barrier, whoever else walks. The grace period costs the walkers nothing.

// %% [markdown]
// ## 2. What the writer pays

// %%
const writers = beside(8).select("linux", "cal", "ipis_saved", "sync_rounds", "grace_periods", "duration_ns")
  .derive({ ms_per_table: (row: any) => row.duration_ns / 1e6 })
  .params({ tables }).derive({ ms_per_table: (row: any, $: any) => row.ms_per_table / $.tables });
writers

// %% [markdown]
// A grace period is a wait of milliseconds on a loaded machine where a round of interrupts is one of microseconds.
// Where tables are freed one after the other the wait adds up; behind a failed allocation, where it was merged
// (7.1), it is rare.

// %% [markdown]
// ## 3. From 8 to 1,024 CPUs, half of them walking another process's memory
//
// A walker of another process makes the filters differ: the tracker and the counter of the address space see that
// it walks elsewhere; the counter per CPU and the broadcast do not ask where.

// %%
const other = [8, 64, 256, 1024].map((count) =>
  sd.compare(ways, { machine: machine.withCpus(count), backend, seed, baseline: "broadcast",
    workload: sd.workload.together(
      sd.workload.collapse({ bytes: tables * sd.MiB(2) }),
      sd.workload.gupFastHammer({ threads: count / 2, process: "other", calls: 50, gapNs: sd.us(5) })) }))
  .reduce((all, one) => all.concat(one));
sd.chart.lines(other, { x: "cpus", y: "cal", color: "linux",
  title: "CAL interrupts while half of the CPUs walk elsewhere",
  subtitle: `${tables} tables collapsed`, source: "model of Linux 7.2" })

// %%
other.filter((row: any) => row.cpus === 1024)
  .select("linux", "cal", "ipis_saved_pct", "gup_fast_ns_mean", "gup_fast_overhead_pct")

// %% [markdown]
// ## 4. Is each of them safe?
//
// Two CPUs, one collapse, one walker, every interleaving: without any help from the flush (arm64 flushes no walker)
// and with a mere store that clears the entry.

// %%
const scenario = sd.scenario.collapseVsGupFast({ walkers: "outside", flush: "none", ptClear: "relaxed" });
const judged = await Promise.all(Object.entries(ways).flatMap(([linux, policy]) =>
  (["sc", "x86-tso"] as const).map(async (memoryModel) => {
    const question = sd.question({ scenario, linux: policy, cpus: 2, memoryModel });
    const { outcome, property, states } = await sd.check(question);
    return { linux, memory_model: memoryModel, verdict: outcome, property: property ?? "", states };
  })));
sd.chart.verdicts(sd.table(judged), { row: "linux", column: "memory_model",
  title: "Does it wait for every walker?", subtitle: "2 CPUs, one table",
  source: "explorer: every interleaving within these bounds" })

// %% [markdown]
// The counter per mm interrupts `mm_cpumask`, as its listing above says. It was written for powerpc, whose mask
// holds every CPU that walks; in this scenario walkers are outside of the mask, and it misses them. The
// others do not ask the mask.

// %% [markdown]
// ## 5. What the ranking rests on

// %%
const matters = ["fenceFull", "loadRemote", "atomic", "store", "gupFixed", "gupPage", "gracePeriod"];
const rows = machine.costRows().filter(({ step }) => matters.includes(step));
const shown = sd.table(rows, ["step", "ns", "range_lo", "range_hi", "evidence", "source"]);
shown

// %%
const steps = rows.filter(({ range_lo }) => range_lo !== null).map(({ step }) => step);
const ends = sd.table((["low", "high"] as const).flatMap((end) => {
  const table = beside(8, machine.withCostsAt(end, { steps }));
  return table.objects().map((row: any) => ({ costs_at: `${end} end`,
    linux: row.linux, gup_fast_ns_mean: row.gup_fast_ns_mean,
    gup_fast_overhead_pct: row.gup_fast_overhead_pct, ms_per_table: row.duration_ns / 1e6 / tables }));
}));
ends

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts**: who is interrupted follows from the steps of each policy. Broadcast, skip, targeted and RCU ran
//   as real kernels in the lab (docs/validation.md); the counters are read from posted patches.
// * **Walker times** are costed. The line of the counter uses a published curve of contended increments, taken from
//   CPUs that do nothing else; walkers that pause pay a transfer of the line instead. Quote the rank and
//   the growth, not the digits.
// * **Verdicts** hold within their bounds: two CPUs, one table, these memory models.
// * Walkers that do not run with interrupts off (RCU readers, NMIs, hardware) are another question: `safety`.

// %% tags=["finding"]
const walker = (linux: string) => (walked.objects() as any[]).filter((row) => row.linux === linux);
const most = (linux: string) => walker(linux).at(-1).gup_fast_overhead_pct.toFixed(0);
const perTable = (linux: string) =>
  (writers.objects() as any[]).find((row) => row.linux === linux).ms_per_table.toPrecision(2);
const broken = [...new Set(judged.filter(({ verdict }) => verdict === "violated").map(({ linux }) => linux))];
console.log(`${counts.at(-1)} walkers pay ${most("counter per mm")} % for a counter per mm, ${most("targeted")} % for a tracker ` +
  `and nothing for RCU, which makes the writer wait ${perTable("RCU")} ms a table instead of ${perTable("broadcast")} ms; ` +
  `where the flush interrupts no walker, ${broken.join(", ") || "none of them"} is not safe.`);

// %%
console.log(`${tables} tables collapsed on ${cpus} CPUs beside 8 walkers of the process, Linux 7.2`);
beside(8).select("linux", "cal", "gup_fast_overhead_pct", "duration_ns")
