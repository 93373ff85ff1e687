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
// # Deferred and batched unmap: what does it gain, and why is a DSB elsewhere not enough?
//
// Reclaim unmaps page after page. Flushing each on its own costs x86 a round of interrupts, and arm64 a wait for its
// broadcast (`dsb ish`). Since 2015 (72b252aed506) x86 notes what is owed and flushes once for many pages; arm64 does
// since 6.6 (43b3dfdd0455): a TLBI a page, without waiting, and one DSB at the end.
//
// Meanwhile translations of unmapped pages stay usable. Whoever takes rights away then finds no entry to
// change, and must first flush what is owed (3ea277194daa). On arm64 that was a DSB: the invalidation is on its way
// already, so it seemed enough to wait. In May 2025 it turned out that it is not (4b634918384c).

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const pagesPerCpu: number = 64;
const seed: number = 1;

// %%
const backend = sd.backend.native();
const { xeon48, kunpeng920 } = sd.machines;
const policies: Record<string, sd.Policy> =
  { immediate: sd.unmapFlush.immediate(), batched: sd.unmapFlush.batched() };
const run = (machine: sd.Machine, release: string, unmapFlush: sd.Policy, workload: sd.Workload) =>
  sd.simulate({ machine, linux: sd.linux({ release, unmapFlush }), backend, workload, seed });
const elapsedNs = ({ result }: sd.Run) => result.endNs - result.startNs;
const stolenNs = ({ result }: sd.Run) => result.stolenNs.reduce((sum, ns) => sum + ns, 0);

// %% [markdown]
// ## 1. x86: interrupts
//
// The measurement of 2015: as many readers of mapped files as CPUs, on four nodes and on one socket. Reported are rates
// and run times; the ratio of the interrupts is their product. Readers add pages to the list 14 at a time, so that
// neighbours in the list belong to one CPU.

// %%
const gorman = [
  { on: "four nodes", machine: xeon48, reported: (900e3 * 162.21) / (180e3 * 121.31) },
  { on: "one socket", machine: xeon48.with({ sockets: 1 }), reported: (500e3 * 27.32) / (45e3 * 23.14) },
];
const readers = (cpus: number) =>
  sd.workload.reclaim({ pages: pagesPerCpu * cpus, processes: cpus - 1, run: 14 });
const interrupts = sd.table(gorman.map(({ on, machine, reported }) => {
  const [immediate, batched] = Object.values(policies).map((policy) =>
    run(machine, "6.1", policy, readers(machine.cpus)).total("CAL"));
  return { on, cpus: machine.cpus, immediate, batched, fewer_times: immediate / batched, reported };
}));
interrupts

// %% [markdown]
// A batch of 32 pages reaches the few CPUs whose pages are in it, each once: the saving is the run of
// neighbours, not the batch.

// %% [markdown]
// ## 2. arm64: waits
//
// The test of the arm64 series: 1 MiB is swapped out and in, 10,000 times, on a server and on a phone.

// %%
const phone = sd.machine({ name: "Snapdragon 888", arch: sd.arm64(), coresPerSocket: 8,
  costs: { dsb: { ns: 348, evidence: "cited", range: [200, 660],
    source: "[arm64-batch-v11] (14.69 - 13.80) s for 2.56 M pages" } } });
const swapTests = [{ machine: kunpeng920, beforeS: 13.46, afterS: 11.771 },
  { machine: phone, beforeS: 14.69, afterS: 13.8 }];
const swapped = { pages: 256, calls: 4, times: 10_000 };
const nsPerPage = (machine: sd.Machine, policy: sd.Policy) => elapsedNs(run(machine, "6.12", policy,
  sd.workload.pageout({ pages: swapped.pages, calls: swapped.calls, memory: "clean" }))) /
  (swapped.pages * swapped.calls);
const waits = sd.table(swapTests.map(({ machine, beforeS, afterS }) => {
  const savedNs = nsPerPage(machine, policies.immediate) - nsPerPage(machine, policies.batched);
  return { machine: machine.name, cpus: machine.cpus, saved_ns_a_page: savedNs, dsb_ns: machine.costs.dsb.ns,
    saved_pct: (100 * savedNs * swapped.pages * swapped.times) / (beforeS * 1e9),
    reported_pct: 100 * (1 - afterS / beforeS) };
}));
waits

// %% [markdown]
// The price of a DSB comes from this very report, so that the agreement says little; that nothing but the DSB is
// saved is the part that the model adds.

// %% [markdown]
// ## 3. From 8 to 128 CPUs
//
// One process runs on all CPUs but one, where kswapd reclaims its pages: what a page costs, to kswapd and to
// those it interrupts.

// %%
const sizes = [8, 16, 32, 64, 128];
const hosts: Record<string, sd.Machine> = { x86: xeon48, arm64: kunpeng920 };
const busy = (threads: number) => sd.workload.reclaim({ pages: 1_024, threads, siblings: "spin" });
const costs = (machine: sd.Machine, policy: sd.Policy) => {
  const one = run(machine, "7.2", policy, busy(machine.cpus - 1));
  return { cal: one.total("CAL"), kswapd_ns: elapsedNs(one) / 1_024,
           cpu_time_ns: (elapsedNs(one) + stolenNs(one)) / 1_024 };
};
const sized = sd.table(sizes.flatMap((cpus) => Object.entries(hosts).flatMap(([arch, host]) =>
  Object.entries(policies).map(([unmap_flush, policy]) =>
    ({ cpus, arch, unmap_flush, ...costs(host.withCpus(cpus), policy) })))));
sized.filter((row: any) => row.cpus === 8 || row.cpus === 128)

// %%
sd.chart.lines(sized, { x: "cpus", y: "cpu_time_ns", color: "unmap_flush", facet: "arch", yScale: "log",
  title: "CPU time of the machine for one reclaimed page",
  subtitle: "a process that runs on all CPUs but one; waits and interrupts included",
  source: "model; interrupts and DSB are cited or assumed, docs/costs.md" })

// %% [markdown]
// On x86 the gain grows with the CPUs that run the process; on arm64 it does not, as the wait is modelled as one number
// whatever the size of the machine. That is why the thresholds of early versions (more than 4 CPUs, then 8) were dropped.

// %% [markdown]
// ## 4. Is it safe to owe a flush?
//
// kswapd unmaps a page, another thread calls mprotect, a third one has the translation. Each rule for whoever finds a
// pending batch; once with the architecture's DSB, which completes the TLBIs of *its own* CPU, and once as was
// believed, with one that completes everybody's.

// %%
const merged = sd.linux({ release: "7.2" });
const rules: Record<string, sd.Linux> = {
  "nothing owed: each page at once": merged.with({ unmapFlush: policies.immediate }),
  "no check": merged.with({ unmapFlush: policies.batched }).without("checkPending:flush_tlb_mm"),
  "flush the batch of the caller": merged.with({ unmapFlush: sd.unmapFlush.flushOwnIfPending() }),
  "DSB (6.6)": merged.with({ unmapFlush: sd.unmapFlush.waitIfPending() }),
  "flush the mm (4b634918384c)": merged.with({ unmapFlush: sd.unmapFlush.flushMmIfPending() }),
};
const ask = (linux: sd.Linux, completion: "issuer" | "everybody") => sd.question({ linux, completion,
  scenario: sd.scenario.batchedUnmapVsMprotect(), machine: kunpeng920, cpus: 3, memoryModel: "sc" });
const judged: Record<string, string | number>[] = [];
for (const [rule, linux] of Object.entries(rules)) {
  for (const completion of ["issuer", "everybody"] as const) {
    const { outcome, property, states } = await sd.check(ask(linux, completion));
    judged.push({ rule, a_dsb_completes: completion === "issuer" ? "its own TLBIs" : "everybody's",
      verdict: outcome, property: property ?? "", states });
  }
}
const verdicts = sd.table(judged);
sd.chart.verdicts(verdicts, { row: "rule", column: "a_dsb_completes",
  title: "Who finds a pending batch on arm64 …", subtitle: "columns: whose TLBIs a DSB completes; 3 CPUs, one page",
  source: "explorer: every interleaving within these bounds" })

// %% [markdown]
// The DSB of the caller waits for nothing: it has issued no TLBI. Its `mprotect` returns while the TLBI of
// kswapd is still on its way, and whoever holds the translation goes on under the old rights. The schedule, as
// the explorer found it; the text takes anybody else to the same place (`sd.replay`):

// %%
const broken = await sd.check(ask(rules["DSB (6.6)"], "issuer"));
const schedule = broken.counterexample()!;
console.log(sd.replay(ask(rules["DSB (6.6)"], "issuer"), schedule.schedule).schedule);
sd.chart.swimlanes(schedule.table(), { title: "mprotect is over, and a translation is left",
  subtitle: "DSB by another CPU than the one that issued the TLBI",
  source: "explorer: a shortest schedule" })

// %% [markdown]
// ## 5. What the conclusion rests on
//
// The gain a page on 128 CPUs, with the costs that decide it at both ends of their ranges.

// %%
const matters: Record<string, string[]> = { arm64: ["dsb", "tlbi", "flushFixed", "fenceWrite"],
  x86: ["irqEntry", "irqExit", "ipiDeliver", "ipiSend", "csdQueue", "ack", "flushFull", "flushFixed", "flushPage"] };
const rowsOf = (arch: string) => hosts[arch].costRows().filter(({ step, range_lo }) =>
  range_lo !== null && matters[arch].includes(step));
const endsOf = (arch: string) => {
  const host = hosts[arch].withCpus(128);
  const steps = rowsOf(arch).map(({ step }) => step);
  return { "low end": host.withCostsAt("low", { steps }), "as used": host,
    "high end": host.withCostsAt("high", { steps }) };
};
const sensitivity = sd.table(Object.keys(hosts).flatMap((arch) => Object.entries(endsOf(arch)).map(([costs_at, host]) => {
  const [immediate, batched] = Object.values(policies).map((policy) => costs(host, policy).cpu_time_ns);
  return { arch, costs_at, immediate_ns: immediate, batched_ns: batched, saved_pct: 100 * (1 - batched / immediate) };
})));
sensitivity

// %%
for (const [arch, host] of Object.entries(hosts)) {
  const { batched } = policies;
  const assumed = run(host.withCpus(128), "7.2", batched, busy(127)).summary().get("costs_assumed", 0);
  console.log(`${arch}: ${assumed} assumed costs enter section 3`);
}
sd.table(Object.keys(hosts).flatMap((arch) => rowsOf(arch).map((row) => ({ arch, step: row.step, ns: row.ns,
  range_lo: row.range_lo, range_hi: row.range_hi, evidence: row.evidence, source: row.source }))))

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts**: reclaim with and without spinning threads is validated on measured x86 kernels, whose flush is batched
//   (docs/validation.md). Flushing each page at once is no kernel we could measure; its count follows from the same rule.
// * **Times** are costed. The DSB is one number from one report; how it grows with CPUs that all issue TLBIs is not
//   modelled, so that arm64 is drawn flat.
// * **What the repair costs** is not in here: a flush of the whole mm by `mprotect` makes the process fill its TLB again.
// * **Verdicts** are within their bounds: three CPUs, one page, one mprotect. The machine's invalidations are those of the
//   architecture: issued, on their way, complete by the DSB of the CPU that issued them.

// %% tags=["finding"]
const saved = (arch: string) => (sensitivity.objects() as any[]).filter((row) => row.arch === arch)
  .map(({ saved_pct }) => Number(saved_pct));
const span = (values: readonly number[]) =>
  `${values[1]!.toFixed(0)} % (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
const under = (rule: string) => judged.find((row) => row.rule === rule && row.a_dsb_completes === "its own TLBIs")!;
console.log(`Batching saves ${span(saved("x86"))} of the CPU time of a reclaimed page on 128 x86 CPUs and ` +
  `${span(saved("arm64"))} on arm64, over the ranges of the costs; a DSB by whoever finds the ` +
  `batch: ${under("DSB (6.6)").verdict} (${under("DSB (6.6)").property}); a flush of the mm: ` +
  `${under("flush the mm (4b634918384c)").verdict}.`);

// %%
const gain = (arch: string, cpus: number) => {
  const of = (policy: string) => Number((sized.objects() as any[]).find((row) =>
    row.arch === arch && row.cpus === cpus && row.unmap_flush === policy).cpu_time_ns);
  return { arch, cpus, immediate_ns: of("immediate"), batched_ns: of("batched"),
           saved_pct: 100 * (1 - of("batched") / of("immediate")) };
};
console.log("CPU time for a reclaimed page, all CPUs but one run the process, Linux 7.2");
sd.table(["x86", "arm64"].flatMap((arch) => [8, 128].map((cpus) => gain(arch, cpus))))
