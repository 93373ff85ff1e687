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
// # What does the redundant page-table sync cost, and where may it be skipped?
//
// When Linux collapses 512 pages into one huge page it clears the entry that points to their page table,
// flushes TLBs, and then waits for *lockless walkers*: CPUs that read page tables with interrupts off
// (GUP-fast). Mainline waits by interrupting **every** other online CPU, once per 2 MiB. Patch series
// propose to skip that broadcast where the flush has already interrupted the walkers, or to aim it at
// the CPUs that really walk.
//
// This notebook counts what each choice costs, and asks of each place (bare metal, INVLPGB, guests, arm64) and
// release whether it is safe there: the verdict stands beside the saving. Counts come first from real kernels, then
// from the model; where both exist they stand side by side. Times come from the model alone.

// %%
import * as sd from "shootdown";
import { readFileSync } from "node:fs";

// %% tags=["parameters"]
const cpus: number = 64;
const gibibytes: number = 20;
const seed: number = 1;

// %% [markdown]
// ## 1. Does the model count what Linux counts?
//
// Four `/proc/interrupts` pairs, read on unmodified kernels before and after one operation, with a third
// reading after an idle window of the same length (our own measurements). The model gets the parameters
// of the operation, never the counts.

// %%
const backend = sd.backend.native();
const lab = (release: string, count: number) =>
  ({ machine: sd.machines.qemu.withCpus(count), linux: sd.linux({ release }), backend, seed });
const sleepers = { bytes: 4096, calls: 10, threads: 64, siblings: "sleep" as const };
const spinner = { bytes: 4096, calls: 200, threads: 2, siblings: "spin" as const };
const pairs = [
  { what: "collapse 64 MiB, 64 CPUs, 6.1", file: "x86-6.1-64-scale-collapse-mb_64_T_1",
    run: sd.simulate({ ...lab("6.1", 64), workload: sd.workload.collapse({ bytes: sd.MiB(64) }) }) },
  { what: "collapse 2 GiB, 128 CPUs, 6.1", file: "x86-6.1-128-big-collapse-mb_2048_T_1",
    run: sd.simulate({ ...lab("6.1", 128), workload: sd.workload.collapse({ bytes: sd.GiB(2) }) }) },
  { what: "10 munmaps, 63 sleeping threads, 6.1", file: "x86-6.1-64-scale-munmap-n_10_pages_1_T_N_st_sleep",
    run: sd.simulate({ ...lab("6.1", 64), workload: sd.workload.munmap(sleepers) }) },
  { what: "200 munmaps, 1 spinning thread, 6.18", file: "host-6.18-2-fifo-munmap-n_200_pages_1_T_2_st_spin",
    run: sd.simulate({ ...lab("6.18", 2), workload: sd.workload.munmap(spinner) }) },
];
const read = (file: string, when: string) => readFileSync(`data/pairs/${file}.${when}.txt`, "utf8");
const measuredPairs = sd.table(pairs.flatMap(({ what, file, run }) => {
  const [before, after, idleAfter] = ["before", "after", "idle-after"].map((when) => read(file, when));
  return ["CAL", "TLB"].map((row) => {
    const predicted = run.total(row);
    const measured = sd.procInterrupts.total(before, after, row);
    const idle = sd.procInterrupts.total(after, idleAfter, row);
    return { operation: what, row, predicted, measured, difference: measured - predicted, idle };
  });
}));
measuredPairs

// %% [markdown]
// TLB is exact. CAL carries a few scheduler wake-ups beside the calls the model counts: they ride on the
// same interrupt. The column `idle` says how many came in an idle window of the same length.

// %% [markdown]
// ## 2. The published case: 646,316 → 785
//
// The series reports CAL interrupts on a 64-CPU Intel server collapsing 20 GiB, before and after the sync
// is skipped (`[PATCH v7]` thread, 24 March 2026). A table for each 2 MiB; each sync interrupts the 63
// other CPUs.

// %%
const server = sd.machines.icelake64.withCpus(cpus);
const mainline = sd.linux({ release: "7.2", tableSync: sd.tableSync.broadcast() });
const skip = mainline.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() });
const targeted = mainline.with({ tableSync: sd.tableSync.targeted() });
const collapse = sd.workload.collapse({ bytes: sd.GiB(gibibytes), by: "madvise", threads: 1 });
const published = { mainline: 646_316, skip: 785 };
const runs = {
  mainline: sd.simulate({ machine: server, linux: mainline, backend, workload: collapse, seed }),
  skip: sd.simulate({ machine: server, linux: skip, backend, workload: collapse, seed }),
};
const reported = sd.table((["mainline", "skip"] as const).map((linux) => {
  const predicted = runs[linux].total("CAL");
  const difference = published[linux] - predicted;
  return { linux, predicted, reported: published[linux], difference,
           difference_pct: (100 * difference) / published.mainline };
}));
reported

// %%
const predictedSaving = runs.mainline.total("CAL") - runs.skip.total("CAL");
const reportedSaving = published.mainline - published.skip;
const doubled = { machine: server.withCpus(2 * cpus), linux: mainline, backend, workload: collapse };
const smt = sd.simulate({ ...doubled, seed }).total("CAL");
const reductionPct = (saving: number, of: number) => ((100 * saving) / of).toFixed(3) + " %";
console.log("V3 reduction: predicted", reductionPct(predictedSaving, runs.mainline.total("CAL")),
  "reported", reductionPct(reportedSaving, published.mainline));
sd.table([
  { target: "V1 CAL with broadcast", predicted: runs.mainline.total("CAL"), reported: published.mainline },
  { target: "V2 CAL saved by the skip", predicted: predictedSaving, reported: reportedSaving },
  { target: "V4 CAL if 64 cores were 128 CPUs", predicted: smt, reported: published.mainline },
])

// %% [markdown]
// `difference_pct` is background, of the size of the interrupts that the skip leaves.
// So "64-core" means 64 online CPUs (twice as many would double the count), there was exactly one sync
// per table, and no other thread of the process was running: a running sibling would have added one TLB
// interrupt per table to both rows.

// %% [markdown]
// ## 3. Three policies, three kernels
//
// The same 7.3.4 kernel was built with each policy behind the sync and measured in the lab (8 CPUs, halt
// idle). The model runs the policy's own steps:

// %%
console.log(targeted.tableSync.listing());

// %%
const policyRuns = sd.validate(sd.labCsv.read("data/policies.csv"));
const policyOf: Record<string, string> = { "7.3p0": "broadcast", "7.3p1": "skip", "7.3p2": "targeted" };
const kernels = Object.keys(policyOf);
const operations = [...new Set(policyRuns.rows.map((run) => run.case + " " + run.params))].sort();
const range = (counts: number[]) => {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? String(low) : `${low} to ${high}`;
};
const builtKernels = sd.table(operations.flatMap((operation) => kernels.map((kernel) => {
  const own = policyRuns.rows.filter((run) =>
    run.case + " " + run.params === operation && run.boot.includes(kernel));
  const of = (row: string) => own.filter((run) => run.row === row);
  const measured = (row: string) => range(of(row).map((run) => run.measured));
  return { operation, policy: policyOf[kernel], runs: of("CAL").length,
           cal_predicted: of("CAL")[0].predicted, cal_measured: measured("CAL"),
           tlb_predicted: of("TLB")[0].predicted, tlb_measured: measured("TLB") };
})));
builtKernels

// %%
const agreed = sd.table(policyRuns.rows.map(({ row, predicted, measured }) => ({ row, predicted, measured })));
sd.chart.agreement(agreed, {
  measured: "measured", predicted: "predicted", color: "row",
  title: "A real 7.3.4 kernel against the model",
  subtitle: "broadcast, skip and targeted, 8 CPUs, one point a run",
  source: "own measurements, notebooks/data/policies.csv" })

// %% [markdown]
// TLB is exact in every run; CAL is never below the model and a few wake-ups above it. On a machine whose
// flush sends interrupts, *skip* and *targeted* count the same: a CPU that runs the process is interrupted
// by the flush anyway, and no other CPU needs to be.

// %% [markdown]
// ## 4. From 4 to 4,096 CPUs
//
// First the count for the whole range with nobody walking, then a collapse of 16 MiB while half of the
// CPUs call GUP-fast: threads of the same process, or of another one.

// %%
const sizes = [4, 64, 512, 4096];
const linuxes = { mainline, skip, targeted };
const common = { backend, seed, baseline: "mainline" };
const alone = sizes
  .map((n) => sd.compare(linuxes, { ...common, machine: server.withCpus(n), workload: collapse }))
  .reduce((all, one) => all.concat(one));
alone.select("cpus", "linux", "cal", "ipis_saved", "duration_ns", "duration_change_pct")

// %%
sd.chart.lines(alone.select("cpus", "linux", "cal"), {
  x: "cpus", y: "cal", color: "linux",
  title: "CAL interrupts of a 20 GiB collapse",
  subtitle: "one thread, nobody walks; skip and targeted coincide at zero",
  source: "model; counts validated against real kernels of 2 to 128 CPUs" })

// %%
const hammered = (process: "same" | "other") => sizes
  .map((n) => sd.compare(linuxes, { ...common, machine: server.withCpus(n),
    workload: sd.workload.together(
      sd.workload.collapse({ bytes: sd.MiB(16) }),
      sd.workload.gupFastHammer({ threads: n / 2, process, gapNs: sd.us(2) })) }))
  .reduce((all, one) => all.concat(one));
const walked = hammered("same").derive({ walkers: () => "same" })
  .concat(hammered("other").derive({ walkers: () => "other" }));
walked.select("walkers", "cpus", "linux", "cal", "tlb", "ipis_saved_pct",
  "gup_fast_ns_mean", "gup_fast_overhead_pct")

// %%
sd.chart.lines(walked.select("walkers", "cpus", "linux", "cal"), {
  x: "cpus", y: "cal", color: "linux", facet: "walkers",
  title: "CAL interrupts while half of the CPUs call GUP-fast",
  subtitle: "8 tables collapsed",
  source: "model" })

// %%
sd.chart.tradeoff(walked.filter((d: any) => d.linux !== "mainline"), {
  x: "ipis_saved", y: "gup_fast_overhead_pct", color: "linux", facet: "walkers",
  title: "What a walker pays for the interrupts saved",
  subtitle: "GUP-fast time against the broadcast, one point per machine size",
  source: "model; barrier, store and walk costs are cited, see the table below" })

// %% [markdown]
// ## 5. Where may it be skipped? Place by place
//
// A saving counts only where the policy is safe. For each place: the interrupts of the same collapse, and what comes out
// when every interleaving of it with a walker is explored (2 CPUs, one table; x86-TSO, on arm64 a weak memory model and
// walkers that no flush interrupts; each vCPU of a guest may be stopped once). `no sync` trusts the flush
// everywhere: it shows what the flush of a place promises.

// %%
const trusting = sd.tableSync.custom({ name: "no sync", options: {}, hooks: {},
  summary: "trusts the flush everywhere", source: "this notebook" });
const choices: Record<string, sd.Linux> =
  { mainline, "no sync": mainline.with({ tableSync: trusting }), skip, targeted };
interface Place { readonly machine: sd.Machine; readonly backend: sd.Backend }
const places: Record<string, Place> = {
  "bare metal": { machine: server, backend },
  INVLPGB: { machine: server.with({ arch: sd.x86({ invlpgb: true }) }), backend },
  KVM: { machine: server, backend: sd.backend.kvm() },
  "Hyper-V": { machine: server, backend: sd.backend.hyperv() },
  "Xen PV": { machine: server, backend: sd.backend.xenPv() },
  arm64: { machine: sd.machines.altra128.withCpus(cpus), backend },
};
const asks = (linux: sd.Linux, place: Place): sd.Question => {
  const isArm = place.machine.arch.kind === "arm64";
  const scenario = sd.scenario.collapseVsGupFast({ walkers: isArm ? "outside" : "inside" });
  return sd.question({ scenario, linux, ...place, cpus: 2, memoryModel: isArm ? "weak" : "x86-tso" });
};
const byPlace: { place: string; policy: string; cal: number; verdict: string; property: string }[] = [];
for (const [place, scene] of Object.entries(places)) for (const [policy, linux] of Object.entries(choices)) {
  const { outcome, property } = await sd.check(asks(linux, scene));
  const cal = sd.simulate({ ...scene, linux, workload: collapse, seed }).total(place === "arm64" ? "IPI1" : "CAL");
  byPlace.push({ place, policy, cal, verdict: outcome, property: property ?? "" });
}
const savingOf = ({ place, policy, cal, verdict }: (typeof byPlace)[number]) => {
  const all = byPlace.find((one) => one.place === place && one.policy === "mainline")!.cal;
  return verdict === "holds" ? all - cal : "not safe";
};
const savings = sd.table(Object.keys(choices).map((policy) => ({ saved_by: policy,
  ...Object.fromEntries(byPlace.filter((row) => row.policy === policy).map((row) => [row.place, savingOf(row)])) })));
savings

// %%
sd.chart.verdicts(sd.table(byPlace), { row: "policy", column: "place",
  title: "Is every walker waited for?", subtitle: "one collapse beside one walker, 2 CPUs",
  source: "explorer: every interleaving within these bounds" })

// %% [markdown]
// The row *no sync* is what each flush promises. *skip* asks at boot whether the flush is the native one by interrupts; elsewhere
// it broadcasts, is safe, and saves nothing. The tracker saves everywhere, for a price that every walker pays (section 4).
//
// ## 6. Release by release
//
// Who syncs has changed: file memory until 6.5, each unshared hugetlb table for some releases, a table that could not be
// batched until RCU took it. The same operations on each release, 8 tables or GiB each, with the verdict on *skip* beside
// what it saves; releases that do not differ share a row. `no sync`: mainline sends nothing, there is nothing to skip.

// %%
const tables8 = { bytes: 8 * sd.MiB(2) };
interface Operation { readonly workload: sd.Workload; readonly scenario?: sd.Scenario; readonly cpus?: number }
const operationsOf = (walkers: "inside" | "outside"): Record<string, Operation> => ({
  "collapse": { workload: sd.workload.collapse(tables8), scenario: sd.scenario.collapseVsGupFast({ walkers }), cpus: 2 },
  "collapse, file": { workload: sd.workload.collapse({ ...tables8, memory: "shmem" }) },
  "hugetlb unshare": { workload: sd.workload.unshare({ bytes: sd.GiB(8) }),
    scenario: sd.scenario.unshare({ sharers: 3 }), cpus: 4 },
  "munmap, no memory": { workload: sd.workload.munmap({ bytes: sd.MiB(2), calls: 8, tableBatchFails: true }),
    scenario: sd.scenario.allocationFailure(), cpus: 2 },
});
const releases = ["6.1", "6.12", "6.16", "6.18", "7.2", "7.3"];
const skipOf = async (place: string, { workload, scenario, cpus: needed }: Operation, release: string) => {
  const { machine } = places[place]!;
  const before = sd.linux({ release });
  const after = before.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() });
  const [sent, left] = [before, after].map((linux) => sd.simulate({ machine, linux, backend, workload, seed })
    .total(place === "arm64" ? "IPI1" : "CAL"));
  if (sent === 0) return { mainline: sent, skip: left, verdict: "no sync" };
  if (scenario === undefined) return { mainline: sent, skip: left, verdict: "not asked" };
  const memoryModel = place === "arm64" ? "sc" : "x86-tso";
  const { outcome, property } =
    await sd.check(sd.question({ scenario, linux: after, machine, backend, cpus: needed!, memoryModel }));
  return { mainline: sent, skip: left, verdict: [outcome, property].filter(Boolean).join(" ") };
};
const byRelease: Record<string, string | number>[] = [];
for (const place of ["bare metal", "arm64"]) {
  const operations = operationsOf(place === "arm64" ? "outside" : "inside");
  for (const [operation, what] of Object.entries(operations)) for (const release of releases) {
    const row = { place, operation, ...await skipOf(place, what, release) };
    const last = byRelease.at(-1);
    const isSame = last !== undefined && Object.entries(row).every(([name, value]) => last[name] === value);
    if (isSame) last.releases = `${String(last.releases).split(" to ")[0]} to ${release}`;
    else byRelease.push({ releases: release, ...row });
  }
}
sd.table(byRelease)

// %% [markdown]
// ## 7. What the conclusion rests on
//
// Counts need no costs: the interrupts are the same at both ends of every range. What the tracker adds to a walk, and what a
// collapse takes without the broadcast, do. All costs that enter, barriers and interrupts at opposite ends:

// %%
const used = ["gupFixed", "gupPage", "fenceFull", "store", "loadRemote",
  "csdQueue", "ipiDeliver", "idleExit", "irqEntry", "ack"];
const costRows = server.costRows().filter(({ step }) => used.includes(step));
const ofWalks = ["fenceFull", "store", "gupFixed", "gupPage"];
const ranged = costRows.filter(({ range_lo }) => range_lo !== null).map(({ step }) => step);
const isLength = (step: string) => step.startsWith("gup");
const ends = (walks: sd.CostEnd, rest: sd.CostEnd) => server
  .withCostsAt(walks, { steps: ranged.filter((step) => ofWalks.includes(step) && !isLength(step)) })
  .withCostsAt(rest, { steps: ranged.filter((step) => !ofWalks.includes(step) || isLength(step)) });
const variants: Record<string, sd.Machine> = { "worst for the tracker": ends("high", "low"),
  "as used": server, "best for the tracker": ends("low", "high") };
const sensitivity = sd.table(Object.entries(variants).flatMap(([costs, on]) => {
  const compared = sd.compare({ mainline, targeted }, { ...common, machine: on, workload: sd.workload.together(
    sd.workload.collapse({ bytes: sd.MiB(16) }),
    sd.workload.gupFastHammer({ threads: 32, process: "other", gapNs: sd.us(2) })) });
  return compared.objects().filter((row: any) => row.linux === "targeted").map((row: any) => ({ costs,
    ipis_saved: row.ipis_saved, gup_fast_ns_mean: row.gup_fast_ns_mean,
    gup_fast_overhead_pct: row.gup_fast_overhead_pct, duration_change_pct: row.duration_change_pct }));
}));
sensitivity

// %%
const evidence = (kind: string) => costRows.filter((row) => row.evidence === kind).map(({ step }) => step).join(", ");
for (const kind of ["measured", "cited", "assumed"]) console.log(`${kind}: ${evidence(kind) || "none"}`);
sd.table(costRows, ["step", "ns", "range_lo", "range_hi", "evidence", "source"])

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts** are the validated part: TLB executions exactly, CAL up to scheduler wake-ups, on kernels 6.1
//   to 7.3 and 2 to 128 CPUs. The saving of a policy in interrupts can be quoted.
// * Counts of INVLPGB, Hyper-V and Xen PV follow from the sources of their flushes; no kernel of ours ran there.
// * **Times** are costed: every duration rests on the table above, which says measured, cited or assumed
//   for each step. Quote their direction and rank, and the range of section 7, not their digits.
// * The **overhead of the tracker** depends on the length of a GUP-fast call (one page here); notebook
//   `02-gup-fast-overhead` takes that apart.
// * **Verdicts** go as far as their bounds: so many CPUs, one table, one walker. *violated* needs no bounds. File memory
//   was not asked: its tables are reached from several address spaces (notebook `safety`).
// * The collapse is single-threaded and its siblings sleep or walk. With siblings that *run*, the flush
//   itself interrupts them once per table under every policy.

// %% tags=["finding"]
const spared = (place: string, policy: string) => savingOf(byPlace.find((row) =>
  row.place === place && row.policy === policy)!);
const whereSaves = (policy: string) => Object.keys(places).filter((place) => Number(spared(place, policy)) > 0);
const brokenPlaces = byPlace.filter(({ policy, verdict }) => policy !== "no sync" && verdict !== "holds")
  .map(({ place, policy }) => `${policy} on ${place}`);
console.log(`A ${gibibytes} GiB collapse interrupts other CPUs ${runs.mainline.total("CAL").toLocaleString("en")} times on ` +
  `${cpus} CPUs (${published.mainline.toLocaleString("en")} were reported); skipping the sync saves them on ` +
  `${whereSaves("skip").join(", ")} alone, the tracker on ${whereSaves("targeted").length} of ${byPlace.length / 4} ` +
  `places. ${brokenPlaces.length === 0 ? "Neither is violated in any of them" : "Violated: " + brokenPlaces.join(", ")}.`);

// %%
const rowOf = (table: sd.ColumnTable, size: number, name: string, walkers?: string) =>
  table.objects().find((row: any) => row.cpus === size && row.linux === name &&
    (walkers === undefined || row.walkers === walkers)) as any;
const closing = sd.table((["mainline", "skip", "targeted"] as const).map((name) => ({
  linux: name,
  cal_64_cpus: rowOf(alone, 64, name).cal,
  published: name === "targeted" ? null : published[name],
  cal_4096_cpus: rowOf(alone, 4096, name).cal,
  cal_invlpgb_64_cpus: byPlace.find((row) => row.place === "INVLPGB" && row.policy === name)!.cal,
  gup_fast_overhead_pct: rowOf(walked, 64, name, "other").gup_fast_overhead_pct,
})));
console.log(`Collapse of ${gibibytes} GiB on native x86, Linux 7.2; GUP-fast: 32 walkers of another process`);
closing
