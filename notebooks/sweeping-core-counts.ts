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
// # Sweeping core counts: GUP-fast overhead against IPIs saved
//
// The tracker ("targeted", Lance Yang, v4) makes every GUP-fast dearer and every table sync cheaper. The series was
// judged on one machine. Here are six, up to 4,096 CPUs, three policies, several seeds; then other
// architectures, and the line between machines on which the tracker pays and those on which it does not.
//
// The results live in a folder. What it has is not computed again: stop this notebook anywhere, run it again, and it
// goes on.

// %%
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as sd from "shootdown";

// %% [markdown]
// `store` is a folder to keep; without one, the notebook uses a new one and removes it at the end.

// %% tags=["parameters"]
const store: string = "";
const seeds: number = 3;
const largest: number = 4096;

// %%
const folder = store === "" ? fs.mkdtempSync(path.join(os.tmpdir(), "sweep-")) : store;
const mainline = sd.linux({ release: "7.2" });
const policies = {
  broadcast: mainline,
  skip: mainline.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() }),
  targeted: mainline.with({ tableSync: sd.tableSync.targeted() }),
};
const native = sd.backend.native();
const walked = (cpus: number, gapNs: number, tables: number) => sd.workload.together(
  sd.workload.collapse({ bytes: tables * sd.MiB(2) }),
  sd.workload.gupFastHammer({ threads: cpus / 4, gapNs }));
let told = { total: 0, done: 0, resumed: 0 };
const watched = { baseline: { linux: "broadcast" },
  onProgress: ({ total, done, resumed }: sd.SweepProgress) => { told = { total, done, resumed }; } };
const say = (what: string) => console.log(
  `${what}: ${told.total} cells needed, ${told.resumed} were in the store, ` +
  `${told.done - told.resumed} computed now`);

// %% [markdown]
// ## 1. The standard sweep, interrupted and resumed
//
// One thread collapses; a quarter of the CPUs walks page tables of the same process, with a pause of 10 µs on average.
// First the smaller half of the machines, as if somebody had stopped the sweep; then all of them; then once more.

// %%
const counts = [4, 16, 64, 256, 1024, 4096].filter((cpus) => cpus <= largest);
const standard = (cpus: readonly number[]) => sd.sweep(
  { cpus, linux: policies, seed: Array.from({ length: seeds }, (_, index) => index + 1) },
  (point) => ({ machine: sd.machines.icelake64.withCpus(point.cpus), linux: point.linux,
    backend: native, seed: point.seed, workload: walked(point.cpus, sd.us(10), 4) }),
  { ...watched, store: path.join(folder, "standard") });
await standard(counts.slice(0, 3));
say("half of it");
const table = await standard(counts);
say("all of it");
await standard(counts);
say("once more");
console.log(`digest ${sd.openStore(path.join(folder, "standard")).digest().slice(0, 16)}`);

// %%
const measures = ["cal", "ipis_saved", "ipis_saved_pct", "gup_fast_overhead_pct", "cpu_saved_ns"];
const means = sd.overSeeds(table, { by: ["cpus", "linux"], columns: measures });
means.select("cpus", "linux", ...measures)

// %%
sd.chart.tradeoff(table.filter((row: any) => row.linux !== "broadcast"), {
  x: "ipis_saved", y: "gup_fast_overhead_pct", color: "linux", facet: "cpus",
  title: "IPIs saved against what GUP-fast pays, 4 tables collapsed",
  subtitle: `one point a seed; a quarter of the CPUs walks; fence and store are cited`,
  source: "model of Linux 7.2" })

// %% [markdown]
// What is saved grows with the machine; what a walk pays does not, for it writes a line of its own CPU. But there are more
// walkers on a larger machine, and each of them pays. The balance, in CPU time: what interrupts no longer steal and the
// operation no longer takes, less what all walks take longer.

// %%
sd.chart.lines(table.filter((row: any) => row.linux !== "broadcast"), {
  x: "cpus", y: "cpu_saved_ns", color: "linux",
  title: "CPU time saved by 4 tables collapsed",
  subtitle: "below zero: the walks pay more than is saved; costed, cited and assumed",
  source: "model of Linux 7.2" })

// %% [markdown]
// ## 2. Where INVLPGB, arm64 and powerpc differ
//
// The same scene on other platforms, from the same kind of store.

// %%
const platforms: Record<string, { machine: sd.Machine; backend: sd.Backend }> = {
  x86: { machine: sd.machines.icelake64, backend: native },
  INVLPGB: { machine: sd.machines.icelake64.with({ arch: sd.x86({ invlpgb: true }) }), backend: native },
  "KVM guest": { machine: sd.machines.icelake64, backend: sd.backend.kvm() },
  arm64: { machine: sd.machines.altra128, backend: native },
  powerpc: { machine: sd.machines.power9, backend: native },
};
const elsewhere = await sd.sweep(
  { platform: Object.keys(platforms), cpus: [16, 128, 1024], linux: policies },
  ({ platform, cpus, linux }) => ({ machine: platforms[platform]!.machine.withCpus(cpus), linux,
    backend: platforms[platform]!.backend, workload: walked(cpus, sd.us(10), 2) }),
  { ...watched, store: path.join(folder, "platforms") });
say("platforms");
elsewhere.filter((row: any) => row.cpus === 1024)
  .select("platform", "linux", "cal", "ipis_saved_pct", "gup_fast_ns_mean", "gup_fast_overhead_pct")

// %%
sd.chart.lines(elsewhere, { x: "cpus", y: "cal", color: "linux", facet: "platform",
  title: "CAL interrupts of 2 tables collapsed, by platform",
  subtitle: "flushes included; where two lines show, skip is the broadcast", source: "model of Linux 7.2" })

// %% [markdown]
// *skip* saves only where a flush is known to interrupt everybody: on bare x86. With INVLPGB and in the guest the same
// kernel must broadcast, and arm64 and powerpc, whose flush is an instruction, always must. The tracker saves
// everywhere; there it saves more, for no flush interrupts the walkers anyway. And its price is that of the
// machine's full barrier.

// %% [markdown]
// ## 3. The break-even map
//
// How long must walkers pause between two walks until the tracker pays? Above the line it does. The lines are where CPU time
// saved changes its sign (`sd.frontier`), interpolated between the pauses that were run.

// %%
const pauses = [1_000, 3_000, 10_000, 30_000, 100_000];
const pair = { broadcast: policies.broadcast, targeted: policies.targeted };
const paced = await sd.sweep(
  { platform: ["x86", "arm64", "powerpc"], cpus: [16, 64, 256, 1024], linux: pair, gap_ns: pauses },
  ({ platform, cpus, linux, gap_ns }) => ({ machine: platforms[platform]!.machine.withCpus(cpus), linux,
    backend: native, workload: walked(cpus, gap_ns, 2) }),
  { ...watched, store: path.join(folder, "paced") });
say("pauses");
const frontier = sd.frontier(paced.filter((row: any) => row.linux === "targeted"),
  { along: "gap_ns", by: ["platform", "cpus"] });
frontier

// %%
sd.chart.lines(frontier.filter((row: any) => row.at !== null).rename({ at: "pause_ns" }), {
  x: "cpus", y: "pause_ns", color: "platform", yScale: "linear",
  title: "Pause between walks from which on the tracker pays",
  subtitle: "one thread collapses without a pause, a quarter of the CPUs walks",
  source: "model of Linux 7.2; costs cited and assumed" })

// %% [markdown]
// ## 4. What the line rests on
//
// The saving rests on what an interrupt costs, which is assumed in part; the price on the full barrier, which is cited. The
// line for x86 with each of them at the ends of its range:

// %%
const base = sd.machines.icelake64;
const rows = base.costRows().filter(({ range_lo }) => range_lo !== null);
const assumed: sd.CostChoice = { evidence: ["assumed"] };
const barrier: sd.CostChoice = { steps: ["fenceFull"] };
const variants = {
  "as used": base,
  "assumed costs, low": base.withCostsAt("low", assumed), "assumed costs, high": base.withCostsAt("high", assumed),
  "barrier, low": base.withCostsAt("low", barrier), "barrier, high": base.withCostsAt("high", barrier),
};
const bent = await sd.sweep(
  { costs: Object.keys(variants), linux: pair, gap_ns: pauses },
  ({ costs, linux, gap_ns }) => ({ machine: variants[costs as keyof typeof variants].withCpus(64), linux,
    backend: native, workload: walked(64, gap_ns, 2) }),
  { ...watched, store: path.join(folder, "sensitivity") });
await sd.show(sd.table(rows.filter(({ step }) => step === "fenceFull" || step.startsWith("irq")),
  ["step", "ns", "range_lo", "range_hi", "evidence"]));
sd.frontier(bent.filter((row: any) => row.linux === "targeted"), { along: "gap_ns", by: ["costs"] })

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts** of the broadcast are validated on real kernels of many sizes, those of skip and targeted on one (docs/validation.md);
//   beyond, they follow from the same steps. INVLPGB ran on no machine of the lab.
// * **Overhead and CPU time** are costed. The overhead of the tracker on x86 was measured by its author at about the same size;
//   on arm64 and powerpc nobody has published one.
// * Machines of 1,024 CPUs and more are the same kind of machine with more sockets; nobody has measured their costs.
// * Break-even is for a thread that does nothing but collapse. One that collapses seldom saves less, walkers pay the same: the line
//   then moves up. It is interpolated between the pauses that were run, with one seed: hence `sure` says no.
// * Interrupts that hit a real-time thread are not CPU time; see notebook `07-isolated-cpu`.

// %% tags=["finding"]
const ofTracker = means.objects().filter((row: any) => row.linux === "targeted") as any[];
const largestRow = ofTracker.at(-1);
const loses = ofTracker.filter(({ cpu_saved_ns }) => cpu_saved_ns < 0).map(({ cpus }) => cpus.toLocaleString("en"));
const crossings = sd.frontier(bent.filter((row: any) => row.linux === "targeted"), { along: "gap_ns", by: ["costs"] })
  .objects().map((row: any) => row.at).filter((at: unknown) => typeof at === "number") as number[];
const us = (ns: number) => (ns / 1e3).toFixed(1);
console.log(`The tracker saves ${largestRow.ipis_saved_pct.toFixed(0)} % of the interrupts on ${largestRow.cpus.toLocaleString("en")} CPUs ` +
  `and slows GUP-fast by ${largestRow.gup_fast_overhead_pct.toFixed(1)} %; in CPU time it loses on ` +
  `${loses.length === 0 ? "none of the machines" : loses.join(", ") + " CPUs"} when walks are 10 µs apart, and on 64 CPUs it pays from ` +
  `${us(Math.min(...crossings))} to ${us(Math.max(...crossings))} µs between walks on, depending on the costs.`);

// %%
console.log("GUP-fast overhead against IPIs saved, mean of seeds, Linux 7.2, x86");
console.log(sd.text(means.filter((row: any) => row.linux === "targeted")
  .select("cpus", "cal", "ipis_saved_pct", "gup_fast_overhead_pct", "cpu_saved_ns")));
if (store === "") fs.rmSync(folder, { recursive: true });
