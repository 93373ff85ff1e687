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
// # Guests and INVLPGB: whose flush may stand in for the sync?
//
// The series that skips the sync rests on one sentence: *the flush just before has already interrupted everybody
// who could walk*. On bare metal that is so. A guest's flush may be a hypercall, or leave out virtual CPUs that
// the host has stopped; INVLPGB interrupts nobody. Four mechanisms have been posted that tell the cases apart,
// and one of them was wrong for KVM (Sean Christopherson, 25 Feb 2026): a stopped vCPU may be stopped
// *in the middle of a walk*.
//
// What does each flush promise, which mechanism trusts it, what is saved where it may, and what is a
// paravirtual flush worth at all?

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const cpus: number = 64;
const mebibytes: number = 16;
const runningThreads: number = 9;
const seeds: number = 3;
const sliceMs: number = 3;

// %%
const machine = sd.machines.skylake80.withCpus(cpus);
const invlpgb = machine.with({ arch: sd.x86({ invlpgb: true }) });
interface Place { readonly backend: sd.Backend; readonly machine: sd.Machine }
const places: Record<string, Place> = {
  "bare metal": { backend: sd.backend.native(), machine },
  INVLPGB: { backend: sd.backend.native(), machine: invlpgb },
  "KVM, PV flush": { backend: sd.backend.kvm(), machine },
  "KVM without": { backend: sd.backend.kvm({ pvFlush: false }), machine },
  "Hyper-V": { backend: sd.backend.hyperv(), machine },
  "Xen PV": { backend: sd.backend.xenPv(), machine },
};
const mainline = sd.linux({ release: "7.2" });
for (const [where, { backend }] of Object.entries(places)) {
  if (where === "INVLPGB") console.log("INVLPGB: translations go by the instruction, handlers: none");
  else console.log([where, ...backend.describe().slice(1)].join("\n"));
}

// %% [markdown]
// What matters here is the line *handlers run on*.

// %% [markdown]
// ## 1. What may each mechanism conclude?
//
// One collapse, one CPU that walks with interrupts off, every interleaving; in guests the host may stop each
// vCPU once, anywhere. `flush alone` trusts the flush everywhere and never syncs: it shows what each place
// promises. The others are the posted mechanisms, some of them as they were and as they became.

// %%
const flushAlone = sd.tableSync.custom({ name: "flush alone", options: {},
  summary: "no sync at all", source: "this notebook", hooks: {} });
const mechanisms: Record<string, sd.Linux> = {
  "broadcast (mainline)": mainline,
  "flush alone": mainline.with({ tableSync: flushAlone }),
  "flag of v3, as posted": mainline.with({
    tableSync: sd.tableSync.dynamicFlag({ setBy: "native-routine", reset: "sync" }) }),
  "flag, set by targets": mainline.with({ tableSync: sd.tableSync.dynamicFlag() }),
  "property of v4": mainline.with({
    tableSync: sd.tableSync.skipIfFlushImpliesIpi({ version: "v4" }) }),
  "property of v5": mainline.with({ tableSync: sd.tableSync.skipIfFlushImpliesIpi() }),
  "key set too early": mainline.with({
    tableSync: sd.tableSync.skipIfFlushSentIpis({ keySet: "before" }) }),
  "key of v7-v10": mainline.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() }),
  targeted: mainline.with({ tableSync: sd.tableSync.targeted() }),
  RCU: mainline.with({ tableSync: sd.tableSync.rcu() }),
};
const ask = (linux: sd.Linux, place: Place) => sd.question({ linux, ...place, cpus: 2,
  scenario: sd.scenario.collapseVsGupFast() });
const judged: { mechanism: string; place: string; verdict: string; property: string;
  states: number }[] = [];
for (const [mechanism, linux] of Object.entries(mechanisms)) {
  for (const [where, place] of Object.entries(places)) {
    const { outcome, property, states } = await sd.check(ask(linux, place));
    judged.push({ mechanism, place: where, verdict: outcome, property: property ?? "", states });
  }
}
const verdicts = sd.table(judged);
sd.chart.verdicts(verdicts, { row: "mechanism", column: "place",
  title: "Is every walker waited for?",
  subtitle: "2 CPUs, one table, x86-TSO; each vCPU of a guest stopped at most once",
  source: "explorer: every interleaving within these bounds" })

// %% [markdown]
// The row *flush alone* is the promise: where it is violated, something must be done beside the flush. The
// mechanisms that fail do so in exactly such a place, because they take that flush for another one.
// The schedule of the property of v4 on KVM, step by step:

// %%
const wrong = await sd.check(ask(mechanisms["property of v4"], places["KVM, PV flush"]));
sd.chart.swimlanes(wrong.counterexample()!.table(), {
  title: "A vCPU is stopped in its walk, the flush leaves it out, the table goes",
  subtitle: "property of v4 on KVM", source: "explorer: a shortest schedule" })

// %% [markdown]
// ## 2. What is saved where
//
// A process that runs on some CPUs collapses huge pages; everybody else idles. `-` means: this mechanism is
// violated there, so that its saving is none.

// %%
const collapse = { seed: 1, workload: sd.workload.collapse({
  bytes: sd.MiB(mebibytes), threads: runningThreads, siblings: "spin" }) };
const isSafe = (mechanism: string, where: string) => judged.some((row) =>
  row.mechanism === mechanism && row.place === where && row.verdict === "holds");
const measured = Object.entries(places).flatMap(([where, place]) =>
  sd.compare(mechanisms, { ...collapse, ...place }).objects().map((row: any) => ({
    place: where, mechanism: String(row.linux), safe: isSafe(String(row.linux), where),
    cal: Number(row.cal), saved_pct: Number(row.ipis_saved_pct) })));
const columns = ["broadcast (mainline)", "flag, set by targets", "property of v4", "property of v5",
  "key of v7-v10", "targeted", "RCU"];
const counts = sd.table(columns.map((mechanism) => ({ mechanism,
  ...Object.fromEntries(Object.keys(places).map((where) => {
    const row = measured.find((one) => one.place === where && one.mechanism === mechanism)!;
    return [where, row.safe ? row.cal : "-"];
  })) })));
counts

// %%
const shown = measured.filter(({ mechanism, safe }) =>
  safe && ["broadcast (mainline)", "key of v7-v10", "flag, set by targets", "targeted"].includes(mechanism));
sd.chart.bars(sd.table(shown), { x: "mechanism", y: "cal", facet: "place",
  title: `CAL interrupts of ${mebibytes} MiB collapsed, ${cpus} CPUs`,
  subtitle: `${runningThreads} CPUs run the process, the others idle; flushes included`,
  source: "model of Linux 7.2" })

// %% [markdown]
// Mechanisms that are known at boot (property, key) give a guest with a flush of its own, and a machine with INVLPGB,
// nothing. One that asks flush by flush gains on KVM while no vCPU is stopped, and with INVLPGB while the
// process is still flushed by interrupts. Where a flush interrupts nobody only the tracker, or not
// interrupting at all, helps.

// %% [markdown]
// ## 3. What a paravirtual flush is worth: more guests than the host has CPUs for
//
// Guests take turns: each vCPU runs for a slice and stands still for one slice of each other guest. The load stands
// for ebizzy of the posting: every thread drops a page for each record, at the rate published for one guest.
// Published gains (Wanpeng Li, KVM: Add paravirt remote TLB flush v8, 2017) stand beside ours.

// %%
const RECORDS_PER_SECOND = 46_799;
const published: Record<number, number> = { 1: 4, 2: 78, 3: 132 };
const load = sd.workload.tlbFlush2({ threads: cpus, loops: 20,
  everyNs: Math.round((cpus * 1e9) / RECORDS_PER_SECOND) });
const guests = { KVM: sd.backend.kvm, "Hyper-V": sd.backend.hyperv };
const recordNs = (backend: sd.Backend, seed: number) => {
  const run = sd.simulate({ machine, linux: mainline, backend, workload: load, seed });
  return Number(run.summary().get("duration_ns", 0));
};
const gains = (guest: "KVM" | "Hyper-V", count: number, sliceNs: number) => {
  const stops = { preemptedShare: 1 - 1 / count, stopNs: Math.max(1, Math.round(sliceNs * (count - 1))) };
  return Array.from({ length: seeds }, (_, index) => {
    const took = (pvFlush: boolean) => recordNs(guests[guest]({ ...stops, pvFlush }), index + 1);
    return 100 * (took(false) / took(true) - 1);
  });
};
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const drawn: { guests: number; gain_pct: number; whose: string }[] = [];
const overcommit = sd.table([1, 2, 3].flatMap((count) =>
  (["KVM", "Hyper-V"] as const).map((guest) => {
    const all = gains(guest, count, sd.ms(sliceMs));
    all.forEach((gain_pct) => drawn.push({ guests: count, gain_pct, whose: `${guest}, model` }));
    if (guest === "KVM")
      drawn.push({ guests: count, gain_pct: published[count]!, whose: "KVM, published" });
    return { guests: count, guest, gain_pct: mean(all), lowest_pct: Math.min(...all),
             highest_pct: Math.max(...all), published_pct: guest === "KVM" ? published[count] : null };
  })));
overcommit

// %%
sd.chart.lines(sd.table(drawn), { x: "guests", y: "gain_pct", color: "whose", 
  xScale: "linear", yScale: "linear",
  title: "Gain by a paravirtual flush over guests on one host",
  subtitle: `guests of ${cpus} vCPUs; a slice of ${sliceMs} ms is assumed`,
  source: "model; published: Wanpeng Li, December 2017" })

// %% [markdown]
// The gain is not the cheaper flush, it is the wait for stopped vCPUs that falls away; hence it is small for one guest and
// grows with every other one. The rank is that of the published figures; the size hangs on the slice, see below.

// %% [markdown]
// ## 4. What the conclusion rests on
//
// Counts and verdicts need no costs. The gain needs the slice of the host's scheduler, which is assumed; here
// it is a third as long and twice as long, and with every assumed cost of the machine at its ends.

// %%
const slices = sd.table([sliceMs / 3, sliceMs, 2 * sliceMs].map((slice) => ({ slice_ms: slice,
  ...Object.fromEntries([2, 3].map((count) =>
    [`gain_pct_${count}_guests`, mean(gains("KVM", count, sd.ms(slice)))])) })));
slices

// %%
const assumed = machine.costRows().filter(({ evidence, range_lo }) =>
  evidence === "assumed" && range_lo !== null);
const at = (end: sd.CostEnd) => machine.withCostsAt(end, { evidence: ["assumed"] });
const ends: [string, sd.Machine][] =
  [["low end", at("low")], ["as used", machine], ["high end", at("high")]];
const guest = sd.backend.kvm();
console.log(`assumed with a range: ${assumed.map(({ step }) => step).join(", ")}`);
const sensitivity = sd.table(ends.flatMap(([assumed_costs, on]) =>
  (["broadcast (mainline)", "flag, set by targets"] as const).map((mechanism) => {
    const run = sd.simulate({ ...collapse, linux: mechanisms[mechanism], backend: guest, machine: on });
    const sync = run.durations().filter((row: any) => row.what === "sync").objects()[0] as any;
    return { assumed_costs, mechanism, cal: run.total("CAL"), sync_us: sync.ns_mean / 1000 };
  })));
sensitivity

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Verdicts** hold within their bounds: two CPUs, one table, x86-TSO, each vCPU stopped at most once. `violated` needs
//   no bounds: the schedule is a proof.
// * **Counts** follow from the steps of each flush. Those of bare metal are validated against real kernels, and the lab's
//   own machine is a guest without overcommit (docs/validation.md); Hyper-V, Xen PV and INVLPGB are read in the
//   sources and ran on nothing.
// * **The gain with overcommit** agrees with published runs in sign and rank only, and only as stops grow with the number of
//   guests; the slice is assumed.
// * *Flag, set by targets* is our repair of v3, posted by nobody. The objection to it, that the flag outlives the flush it
//   speaks of, is a question for notebook `safety`.

// %% tags=["finding"]
const violated = judged.filter(({ verdict }) => verdict === "violated");
const wrongOnes = [...new Set(violated.map(({ mechanism }) => mechanism))].filter((name) => name !== "flush alone");
const broadcastCal = (where: string) => measured.find((one) => one.place === where && one.mechanism === columns[0])!.cal;
const savesOn = (mechanism: string) => measured.filter((one) =>
  one.mechanism === mechanism && one.safe && one.cal < broadcastCal(one.place)).map(({ place }) => place);
const gainOf = (count: number) => Math.round(mean(gains("KVM", count, sd.ms(sliceMs)))) || 0;
const ofThree = (slices.objects() as any[]).map((row) => Math.round(row.gain_pct_3_guests));
console.log(`Unsafe somewhere: ${wrongOnes.join("; ")}. The boot-time key saves on ${savesOn("key of v7-v10").join(" and ")} ` +
  `only, the tracker in ${savesOn("targeted").length} of ${Object.keys(places).length} places. A paravirtual flush gains ` +
  `${gainOf(1)} % in one guest and ${Math.min(...ofThree)} to ${Math.max(...ofThree)} % in three, for slices of ` +
  `${sliceMs / 3} to ${2 * sliceMs} ms, which are assumed (${published[1]} and ${published[3]} % published).`);

// %%
console.log(`CAL interrupts, collapse of ${mebibytes} MiB on ${cpus} CPUs, Linux 7.2; -: not safe there`);
const short: Record<string, string> = { "bare metal": "metal", "KVM, PV flush": "KVM", "KVM without": "KVM no PV" };
const letter = sd.table(counts.objects().map((row: any) => Object.fromEntries(
  Object.entries(row).map(([name, value]) => [short[name] ?? name, value]))) as any);
console.log(sd.text(letter));
