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
// # GUP-fast overhead versus interrupts saved: from where on does a tracker pay?
//
// The tracker of `[PATCH v4 0/3] targeted TLB sync IPIs` (Lance Yang, 2 Feb 2026) lets a page-table sync interrupt
// only the CPUs that walk the address space in question. For that every GUP-fast call stores what it walks and
// orders that store before the walk. The cover letter reports what `gup_test` takes with it; the first reply
// asks who says that this is acceptable.
//
// That depends on how often somebody walks and how often somebody syncs. This notebook computes the
// overhead at which both sides are equal, machine by machine.

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const cpus: number = 64;
const callsPerSync: number = 1_000;
const seed: number = 1;

// %%
const backend = sd.backend.native();
const machine = sd.machines.icelake64.withCpus(cpus);
const mainline = sd.linux({ release: "7.2" });
const withTracker = (options: object) => mainline.with({ tableSync: sd.tableSync.targeted(options) });
const trackers: Record<string, sd.Linux> = {
  "as posted": withTracker({ nested: "clear" }),
  "posted, xchg": withTracker({ nested: "clear", enterBarrier: "xchg" }),
  "safe in NMIs": withTracker({}),
  "safe in NMIs, xchg": withTracker({ enterBarrier: "xchg" }),
};
const callNs = (on: sd.Machine, linux: sd.Linux, pages: number = 1, threads: number = 1) => {
  const workload = sd.workload.gupFastHammer({ threads, pages, gapNs: 0, calls: 200 });
  return Number(sd.simulate({ machine: on, linux, backend, seed, workload }).summary().get("gup_fast_ns_mean", 0));
};
console.log(trackers["as posted"].tableSync.listing());

// %% [markdown]
// ## 1. What a call pays
//
// The same nanoseconds whatever the call does: a share that falls with the pages of a call. `safe in NMIs` puts back what
// it found instead of clearing it, so that a walk of perf in an NMI does not hide the one it interrupted; `xchg`
// is one instruction for store and barrier, as the review of 2 February asks.

// %%
const byPages = sd.table([1, 2, 4, 8, 16, 64, 512].flatMap((pages) => {
  const bare = callNs(machine, mainline, pages);
  return Object.entries(trackers).map(([tracker, linux]) => {
    const added_ns = callNs(machine, linux, pages) - bare;
    return { pages, tracker, bare_ns: bare, added_ns, overhead_pct: (100 * added_ns) / bare };
  });
}));
byPages.filter((row: any) => row.pages === 1 || row.pages === 8)

// %%
sd.chart.lines(byPages, { x: "pages", y: "overhead_pct", color: "tracker",
  title: "What the tracker adds to a GUP-fast call, by its pages",
  subtitle: "every walker pays, whether or not anybody ever syncs",
  source: "model; barrier, store and walk costs are cited, docs/costs.md" })

// %% [markdown]
// ## 2. The published 1.489 s → 1.533 s
//
// 60 threads, 500,000 times 8 pages. The cover letter does not say whether that is a call of eight pages or
// eight calls of one. The baseline gives the length of a call under either reading, and the difference gives what the
// tracker added to it:

// %%
const published = { beforeS: 1.489, afterS: 1.533, threads: 60 };
const gup = (gupFixed: number) => sd.machines.icelake64.with({ costs: { gupFixed } });
const readings = [
  { reading: "8 calls of a page", calls: 4_000_000, pages: 1, on: gup(44) },
  { reading: "1 call of 8 pages", calls: 500_000, pages: 8, on: sd.machines.icelake64 },
];
const read = sd.table(readings.map(({ reading, calls, pages, on }) => {
  const bare = callNs(on, mainline, pages, published.threads);
  const tracked = callNs(on, trackers["as posted"], pages, published.threads);
  return { reading, call_ns: (published.beforeS * 1e9) / calls, model_call_ns: bare,
           added_ns: ((published.afterS - published.beforeS) * 1e9) / calls, model_added_ns: tracked - bare,
           pct: 100 * (published.afterS / published.beforeS - 1), model_pct: 100 * (tracked / bare - 1) };
}));
read

// %% [markdown]
// One reading agrees with a store and a locked instruction. Under the other, the tracker would have to
// cost many of them, and something else than its instructions would be slow.

// %% [markdown]
// ## 3. Interrupts saved, by CPUs and walk rate
//
// All other CPUs are threads of the process and walk for a given share of the time: whoever walks at that instant is
// interrupted, nobody else. (The flush interrupts its targets besides, under any policy; it is left out here.)

// %%
const shares = [0.1, 0.01, 0.001];
const tables = 4;
const syncIpis = (count: number, share: number, linux: sd.Linux) => {
  const syncs = Math.max(tables, Math.floor(2_000 / count));
  const gapNs = Math.round(callNs(machine, mainline) * (1 / share - 1));
  const run = sd.simulate({ machine: machine.withCpus(count), linux, backend, seed,
    workload: sd.workload.together(sd.workload.collapse({ bytes: syncs * sd.MiB(2), presentPages: 1 }),
      sd.workload.gupFastHammer({ threads: count - 1, gapNs })) });
  return (run.total("CAL") - run.total("TLB")) / syncs;
};
const sizes = [2, 8, 32, 128, 512, 2048, 4096];
const saved = sd.table(sizes.flatMap((count) => [
  { cpus: count, walking: "broadcast", per_sync: syncIpis(count, 0.001, mainline) },
  ...shares.map((share) => ({ cpus: count, walking: `${100 * share} % of the time`,
    per_sync: syncIpis(count, share, trackers["as posted"]) })),
]));
saved.groupby("cpus").pivot("walking", "per_sync")

// %%
const drawn = saved.filter((row: any) => row.per_sync > 0).rename({ per_sync: "interrupts_per_sync" });
sd.chart.lines(drawn, { x: "cpus", y: "interrupts_per_sync",
  color: "walking", yScale: "log", title: "Interrupts of one sync, with the tracker and without",
  subtitle: "all other CPUs are threads of the process; means that are zero are not drawn",
  source: "model; V9 of docs/validation.md is the same rule" })

// %% [markdown]
// ## 4. Break-even
//
// The broadcast takes CPU time from every CPU and from the one that waits; the tracker takes some from every
// call. They are equal at so many GUP-fast calls of the whole machine for each sync. All CPUs run code here, and none
// walks the address space in question: the best case of the tracker.

// %%
const cpuNs = (on: sd.Machine, linux: sd.Linux) => {
  const { result } = sd.simulate({ machine: on, linux, backend, seed,
    workload: sd.workload.together(sd.workload.collapse({ bytes: tables * sd.MiB(2), presentPages: 1 }),
      sd.workload.gupFastHammer({ threads: on.cpus - 1, process: "other", gapNs: sd.us(100) })) });
  return (result.stolenNs.reduce((sum, ns) => sum + ns, 0) + result.endNs - result.startNs) / tables;
};
const safe = trackers["safe in NMIs"];
const balance = (name: string, on: sd.Machine) => {
  const [bare, tracked] = [callNs(on, mainline), callNs(on, safe)];
  const savedNs = cpuNs(on, mainline) - cpuNs(on, safe);
  return { machine: name, cpus: on.cpus, sync_saves_us: savedNs / 1e3, call_pays_ns: tracked - bare,
           even_calls: savedNs / (tracked - bare),
           even_calls_a_cpu: savedNs / (tracked - bare) / on.cpus, tracker_pct: 100 * (tracked / bare - 1),
           even_pct: (100 * savedNs) / callsPerSync / bare };
};
const { icelake64, haswell48, milan166, xeon448, altra128, power9 } = sd.machines;
const hosts: Record<string, sd.Machine> = { "Haswell": haswell48, "Ice Lake": icelake64, "Milan": milan166,
  "Xeon 8176": xeon448, "Altra": altra128, "POWER9": power9 };
const balances = sd.table(Object.entries(hosts).map(([name, on]) => balance(name, on)));
console.log(`even_pct: the overhead that would be even at ${callsPerSync} calls a sync`);
balances

// %%
const x86Hosts = ["Haswell", "Ice Lake", "Milan", "Xeon 8176"];
const ratios = [10, 100, 1_000, 10_000, 100_000];
const frontier = sd.table(x86Hosts.flatMap((name) => {
  const row = balances.objects().find((one: any) => one.machine === name) as any;
  return ratios.map((calls) => ({ calls, host: `${name}, ${row.cpus}`,
    even_pct: (row.even_pct * callsPerSync) / calls }));
}).concat(ratios.map((calls) => ({ calls, host: "tracker, Ice Lake",
  even_pct: Number((balances.objects()[1] as any).tracker_pct) }))));
sd.chart.lines(frontier.rename({ calls: "calls_per_sync", even_pct: "break_even_overhead_pct" }), {
  x: "calls_per_sync", y: "break_even_overhead_pct", color: "host", yScale: "log",
  title: "The overhead that would break even",
  subtitle: "GUP-fast calls of the machine for each sync; below its line, the tracker pays",
  source: "model; interrupts cited or assumed, docs/costs.md" })

// %%
const scaled = sd.table([4, 16, 64, 256, 1024, 4096].map((count) => balance("Ice Lake", icelake64.withCpus(count))));
sd.chart.lines(scaled.rename({ even_calls: "calls_per_sync" }), { x: "cpus", y: "calls_per_sync", yScale: "log",
  title: "GUP-fast calls for each sync at which the tracker breaks even",
  subtitle: "calls of the whole machine: fewer, and it pays",
  source: "model; costs of an Ice Lake server, cited and assumed" })

// %% [markdown]
// The saving grows with the CPUs, and so does the number of calls they may make together. What decides is how often a *CPU*
// calls GUP-fast for each sync (`even_calls_a_cpu`), and that changes much less:

// %%
scaled.select("cpus", "sync_saves_us", "even_calls", "even_calls_a_cpu")

// %% [markdown]
// ## 5. What the conclusion rests on
//
// All costs that enter, at both ends of their ranges. The two directions are paired against each other: dear barriers
// with cheap interrupts, and the reverse.

// %%
const walkerCosts = ["fenceFull", "store", "atomic", "load"];
const interruptCosts = ["irqEntry", "irqExit", "csdQueue", "callEmpty", "ack", "ipiDeliver", "ipiBroadcast", "ipiSend"];
const rows = icelake64.costRows().filter(({ step, range_lo }) =>
  range_lo !== null && [...walkerCosts, ...interruptCosts].includes(step));
const stepsOf = (ofWalkers: boolean) =>
  rows.map(({ step }) => step).filter((step) => walkerCosts.includes(step) === ofWalkers);
const ends = (walkers: sd.CostEnd, interrupts: sd.CostEnd) => machine
  .withCostsAt(walkers, { steps: stepsOf(true) }).withCostsAt(interrupts, { steps: stepsOf(false) });
const sensitivity = sd.table([
  balance("worst for the tracker", ends("high", "low")), balance("as used", machine),
  balance("best for the tracker", ends("low", "high")),
]).select("machine", "sync_saves_us", "call_pays_ns", "tracker_pct", "even_calls_a_cpu").rename({ machine: "costs" });
sensitivity

// %%
const besides = sd.simulate({ machine, linux: safe, backend, seed,
  workload: sd.workload.together(sd.workload.collapse({ bytes: tables * sd.MiB(2), presentPages: 1 }),
    sd.workload.gupFastHammer({ threads: cpus - 1, process: "other" })) });
console.log(`assumed costs that enter section 4 on ${cpus} CPUs: ${besides.summary().get("costs_assumed", 0)}`);
sd.table(rows, ["step", "ns", "range_lo", "range_hi", "evidence", "source"])

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts**: whom a targeted sync interrupts is exact in the model, and kernels built with the tracker count
//   the same (docs/validation.md). Walkers at random instants are the only chance in it;
//   right after a flush that has interrupted them all, fewer walk than their share of the time says.
// * **The overhead** is costed: one cited barrier. The published figure is consistent with it under one reading.
//   On arm64 and POWER the price of a barrier is **assumed**; their rows are no more than placeholders for your own figure.
// * **Break-even** is in CPU time and in the best case of the tracker. It does not weigh what an interrupt means to a
//   real-time task or to a guest, where it may cost far more.
// * `callsPerSync` is a property of your load: count `tlb_remove_table_sync` and GUP-fast calls (or
//   pages pinned) with `perf`, and put the ratio in.

// %% tags=["finding"]
const host = balances.objects().find((row: any) => row.machine === "Ice Lake") as any;
const [worst, , best] = sensitivity.objects() as any[];
console.log(`On ${host.cpus} CPUs a tracker that is safe in NMIs adds ${host.call_pays_ns.toFixed(0)} ns ` +
  `(${host.tracker_pct.toFixed(1)} %) to a GUP-fast call of a page and saves ${host.sync_saves_us.toFixed(0)} µs of CPU time a ` +
  `sync: it pays while each CPU makes fewer than ${host.even_calls_a_cpu.toFixed(0)} calls a sync, ` +
  `${worst.even_calls_a_cpu.toFixed(0)} to ${best.even_calls_a_cpu.toFixed(0)} over the ranges of the costs.`);

// %%
console.log(`GUP-fast overhead of a tracker against interrupts saved, Linux 7.2`);
balances.select("machine", "cpus", "sync_saves_us", "call_pays_ns", "tracker_pct", "even_calls_a_cpu")
