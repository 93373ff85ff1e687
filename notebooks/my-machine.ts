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
// # My machine: does the model agree with it, and what would each policy change here?
//
// A prediction deserves trust on a machine where the same model already predicted what can be counted. This notebook
// makes a model of one machine from its `lscpu`, lets its own Linux do eight operations, compares every count, and
// only then asks what other policies would change.
//
// With `live = true` it measures the machine it runs on (Linux, a few seconds, best as root; nothing stays changed).
// Otherwise it reads what was measured so on a small guest: two CPUs of an AMD server under KVM, Linux 6.18, beside
// much other load.

// %%
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as sd from "shootdown";

// %% tags=["parameters"]
const live: boolean = false;
const repetitions: number = 15;

// %% [markdown]
// ## 1. The machine

// %%
const saved = (file: string) => readFileSync(`data/my-machine/${file}`, "utf8");
const lscpu = live
  ? execFileSync("lscpu", { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } })
  : saved("lscpu.txt");
const { machine, backend, notes } = sd.lscpuMachine(lscpu);
console.log(machine.name, machine.cpus, "CPUs,", backend.name);
notes

// %% [markdown]
// What the text leaves open is assumed, and said. Costs are those of the nearest platform; counts need none.

// %% [markdown]
// ## 2. The probes
//
// Each operation is done in windows of some microseconds to milliseconds, between two readings of `/proc/interrupts`,
// with one thread of the process spinning on another CPU (none beside the collapse), and once more with nothing done
// for as long. A repetition in which that thread lost its CPU does not count. This is what would happen here:

// %%
const options: Record<string, { probe: sd.ProbeName; options: sd.ProbeOptions; workload: sd.Workload }> = {
  collapse: { probe: "collapse", options: { bytes: sd.MiB(64) },
    workload: sd.workload.collapse({ bytes: sd.MiB(64) }) },
  munmap: { probe: "munmap", options: { calls: 20 },
    workload: sd.workload.munmap({ bytes: 4096, calls: 20, threads: 2, siblings: "spin" }) },
  mprotect: { probe: "mprotect", options: { calls: 20 },
    workload: sd.workload.mprotect({ bytes: 4096, calls: 20, threads: 2, siblings: "spin" }) },
  dontneed: { probe: "dontneed", options: { calls: 20 },
    workload: sd.workload.dontneed({ bytes: 4096, calls: 20, threads: 2, siblings: "spin" }) },
  membarrier: { probe: "membarrier", options: { calls: 20 },
    workload: sd.workload.membarrier({ calls: 20, threads: 2, siblings: "spin" }) },
  fork: { probe: "fork", options: { phase: "copyOnWrite", pages: 64 },
    workload: sd.workload.fork({ phase: "copyOnWrite", pages: 64, threads: 2, siblings: "spin" }) },
  unshare: { probe: "unshare", options: { bytes: sd.GiB(1) },
    workload: sd.workload.unshare({ bytes: sd.GiB(1), threads: 2, siblings: "spin" }) },
  pageout: { probe: "pageout", options: { bytes: sd.MiB(2) },
    workload: sd.workload.pageout({ pages: 512, memory: "file", threads: 2, siblings: "spin" }) },
};
console.log(sd.probe.plan("collapse", { ...options.collapse!.options, repetitions }));

// %% [markdown]
// A machine that cannot show one of them refuses, with the reason; the others go on.

// %%
const refused: { probe: string; why: string }[] = [];
const countsOf = async (name: string): Promise<string | undefined> => {
  if (!live) return saved(`${name}.csv`);
  try {
    const { probe, options: own } = options[name]!;
    return (await sd.probe[probe]({ ...own, repetitions })).toCsv();
  } catch (error) {
    if (!(error instanceof sd.ShootdownError)) throw error;
    refused.push({ probe: name, why: error.message });
  }
};
const measured: { name: string; runs: sd.LabRun[] }[] = [];
for (const name of Object.keys(options)) {
  const text = await countsOf(name);
  const runs = text === undefined ? [] : [...sd.labCsv.parse(text)];
  if (runs.length > 1) measured.push({ name, runs });
  else if (text !== undefined) refused.push({ probe: name, why: "fewer than two valid repetitions" });
}
console.log(`${measured.length} operations were measured, ${refused.length} were not`);
if (refused.length > 0) await sd.show(sd.table(refused));
const { kernel } = measured[0]!.runs[0]!;
const found = sd.linuxFrom({ release: kernel });
console.log("Linux", kernel, "is modelled as", found.linux.release, ...found.notes);

// %% [markdown]
// ## 3. Do they agree?
//
// `difference_ci95` is half of the 95 % interval of the difference over the repetitions; `within` says whether all
// of it lies within one interrupt. The row `CAL-TLB` is what broadcasts add to flushes.

// %%
const counted = (runs: sd.LabRun[], which: "perCpu" | "basePerCpu") => runs.map((run) =>
  sd.table(Object.entries(run.rows).flatMap(([irq, row]) =>
    (row[which] ?? []).map((count, cpu) => ({ cpu, irq, count })))));
const model = { machine, linux: found.linux, backend, seed: 1 };
const agreed = sd.table(measured.flatMap(({ name, runs }) => {
  const run = sd.simulate({ ...model, workload: options[name]!.workload });
  const background = counted(runs, "basePerCpu");
  const rows = sd.agreement(run, counted(runs, "perCpu"), { background }).objects() as
    { row: string; predicted: number; measured: number; difference_ci95: number; repetitions: number;
      within: string; remark: string }[];
  return rows.map(({ row, predicted, measured: mean, difference_ci95, repetitions: n, within }) =>
    ({ operation: name, row, predicted, measured: mean, difference_ci95, repetitions: n, within }));
}));
agreed

// %%
const drawn = agreed.derive({ measured: (row: any) => (row.measured < 0 ? 0 : row.measured) });
sd.chart.agreement(drawn, { measured: "measured", predicted: "predicted", color: "row",
  title: "Interrupts of these operations on this machine",
  subtitle: "mean of the repetitions less an idle time of the same length; below zero drawn as zero",
  source: "probes of this machine against the model" })

// %% [markdown]
// ## 4. How long do they take?
//
// The helper in C times single calls. The costs of the model are not fitted to this machine, and a guest beside other
// load is slower than what they were measured on: `model_ns` belongs to the platform, the order of magnitude is what
// may be compared. `gupFast` is the wake-up of a futex that processes may share, less that of a private one: a walk of
// the page table. The model's figure for it is that of many threads that pin pages (range 84 to 1,144 ns); one thread
// alone on the guest that was measured is at the low end, so that what a policy adds to each walk weighs more there.

// %%
const timed = live ? (await sd.probe.latency({ calls: 50 })).toCsv() : saved("latency.csv");
const durations: Record<string, [sd.Workload, string]> = {
  munmap: [sd.workload.munmap({ bytes: 4096, threads: 2, siblings: "spin" }), "munmap"],
  mprotect: [sd.workload.mprotect({ bytes: 4096, threads: 2, siblings: "spin" }), "mprotect"],
  dontneed: [sd.workload.dontneed({ bytes: 4096, threads: 2, siblings: "spin" }), "madvise"],
  membarrier: [sd.workload.membarrier({ calls: 1, threads: 2, siblings: "spin" }), "membarrier"],
  collapse: [sd.workload.collapse({ bytes: sd.MiB(2) }), "collapse"],
  gupFast: [sd.workload.gupFastHammer({ threads: 1, calls: 100, gapNs: 0 }), "gup_fast"],
};
const costed = Object.fromEntries(Object.entries(durations).map(([name, [workload, what]]) => {
  const rows = sd.simulate({ ...model, workload }).durations().objects() as { what: string; ns_mean: number }[];
  return [name, rows.find((row) => row.what === what)?.ns_mean ?? null];
}));
const latencies = sd.latencyTable(timed, costed);
latencies.select("operation", "samples", "min_ns", "median_ns", "median_ci95", "p99_ns", "max_ns", "model_ns")

// %% [markdown]
// ## 5. What would each policy change here?
//
// The same 64 MiB of collapse and the same unshared gigabyte under other ways to wait for lockless walkers; one other
// thread of the process spins, so that flushes have somebody to go to. Interrupts are what they send to other CPUs.

// %%
const policies: Record<string, sd.Linux> = {
  broadcast: found.linux,
  skip: found.linux.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() }),
  targeted: found.linux.with({ tableSync: sd.tableSync.targeted() }),
  RCU: found.linux.with({ tableSync: sd.tableSync.rcu() }),
};
const asked: Record<string, sd.Workload> = {
  "collapse, alone": sd.workload.collapse({ bytes: sd.MiB(64) }),
  "collapse, one spins": sd.workload.collapse({ bytes: sd.MiB(64), threads: 2, siblings: "spin" }),
  unshare: options.unshare!.workload,
  munmap: options.munmap!.workload,
};
const row = machine.arch.kind === "x86" ? "CAL" : "IPI1";
const changed = sd.table(Object.entries(asked).map(([operation, workload]) => ({ operation,
  ...Object.fromEntries(Object.entries(policies).map(([policy, linux]) =>
    [policy, sd.simulate({ ...model, linux, workload }).total(row)])) })));
changed

// %% [markdown]
// On the guest that was measured *skip* gains nothing: its flush goes through the host, which leaves out virtual CPUs
// that are stopped, so that it proves nothing about walkers; on bare metal it would. *targeted* and *RCU* send to
// nobody who does not walk. munmap is the same for all: it never waited for walkers, and is here as a check.
//
// With so few CPUs a broadcast reaches few. The same machine with more of them:

// %%
const sizes = [machine.cpus, 8, 32, 128].filter((cpus, i, all) => all.indexOf(cpus) === i && cpus > 1);
const grown = sd.table(sizes.flatMap((cpus) => Object.entries(policies).map(([policy, linux]) => {
  const run = sd.simulate({ ...model, machine: sd.machine({ arch: machine.arch, cpus }), linux,
    workload: sd.workload.together(sd.workload.collapse({ bytes: sd.MiB(64) }),
      sd.workload.gupFastHammer({ threads: 1, calls: 2_000 })) });
  return { cpus, policy, interrupts: run.total(row),
           gup_fast_ns: Number(run.summary().get("gup_fast_ns_mean", 0)) };
})));
grown

// %%
sd.chart.lines(grown, { x: "cpus", y: "interrupts", color: "policy",
  title: "64 MiB of collapse on a machine like this one, by size",
  subtitle: "function-call interrupts; one thread of the process calls GUP-fast",
  source: "model of this kernel on a machine like this one" })

// %% [markdown]
// ## 6. What the conclusion rests on
//
// Whether a count agrees rests on how many interrupts may be between: here none, one, and four. What
// the tracker adds to a walk rests on how long a walk is: the model's, the ends of its range, and this machine's own.

// %%
const runsOf = Object.fromEntries(measured.map(({ name, runs }) => [name, runs]));
const agreeingWithin = (tolerance: number) => measured.flatMap(({ name }) => {
  const run = sd.simulate({ ...model, workload: options[name]!.workload });
  const background = counted(runsOf[name]!, "basePerCpu");
  return sd.agreement(run, counted(runsOf[name]!, "perCpu"), { background, tolerance }).objects() as { within: string }[];
});
const tolerances = sd.table([0, 1, 4].map((tolerance) => {
  const rows = agreeingWithin(tolerance);
  const say = (word: string) => rows.filter(({ within }) => within === word).length;
  return { tolerance, yes: say("yes"), no: say("no"), cannot_tell: say("cannot tell") };
}));
await sd.show(tolerances);
const walkNs = (linux: sd.Linux) => Number(sd.simulate({ ...model, linux, workload: durations.gupFast![0] })
  .summary().get("gup_fast_ns_mean", 0));
const addedNs = walkNs(policies.targeted!) - walkNs(policies.broadcast!);
const gup = machine.costRows().filter(({ step }) => step === "gupFixed" || step === "gupPage");
const sumOf = (column: "ns" | "range_lo" | "range_hi") => gup.reduce((sum, row) => sum + Number(row[column]), 0);
const own = (latencies.objects() as { operation: string; median_ns: number }[])
  .find(({ operation }) => operation === "gupFast")?.median_ns ?? null;
const lengths: Record<string, number | null> = { "low end of the range": sumOf("range_lo"), "as used": sumOf("ns"),
  "high end of the range": sumOf("range_hi"), "this machine": own };
const walks = sd.table(Object.entries(lengths).flatMap(([a_walk_is, ns]) => ns === null ? [] :
  [{ a_walk_is, walk_ns: ns, tracker_adds_ns: addedNs, overhead_pct: (100 * addedNs) / ns }]));
walks

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts**: where `within` says `yes` in all rows, the model sends what this kernel sends, for these operations. That
//   is also what may be carried over to other policies: a policy changes who is sent to, not what is sent for.
// * **`cannot tell`** is no agreement: the machine was too busy, or the background too uneven. Repeat, or stop other work.
// * **Times** are not validated by this. Whether a policy is safe is another question: notebook `safety`.

// %% tags=["finding"]
const verdicts = agreed.objects() as { within: string }[];
const agreeing = verdicts.filter(({ within }) => within === "yes").length;
const alone = (changed.objects() as any[])[0];
const helps = Object.keys(policies).filter((policy) => alone[policy] < alone.broadcast);
const shares = (walks.objects() as { overhead_pct: number }[]).map(({ overhead_pct }) => overhead_pct);
console.log(`${agreeing} of ${verdicts.length} rows of ${measured.length} operations agree within one interrupt on ${machine.cpus} CPUs of ` +
  `${machine.name}; a collapse would send fewer under ${helps.join(" and ")} than its ${alone.broadcast}, and the tracker ` +
  `would slow GUP-fast by ${Math.min(...shares).toFixed(0)} to ${Math.max(...shares).toFixed(0)} %, by how long a walk is.`);

// %%
changed
