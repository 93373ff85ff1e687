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
// # Since 7.2, khugepaged tries small huge pages again and again: what does that cost?
//
// Until 7.2 khugepaged only made huge pages of 2 MiB: one attempt a page table, and none once the table
// is gone. Since 7.2 it also makes the small sizes that are enabled (mTHP, 16 KiB to 1 MiB). Whether a part
// of the range *already is* such a folio is asked behind the flush and the sync, so that every later scan
// pays for every part again (mm/khugepaged.c). On a machine with many CPUs each attempt interrupts all
// of them.
//
// This notebook counts the storm and two ways out of it.

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const cpus: number = 64;
const mebibytes: number = 64;
const scans: number = 4;
const seed: number = 1;

// %% [markdown]
// ## 1. One range, one size at a time
//
// A process of one thread; khugepaged scans its memory on a CPU of its own. `by scan` are the CAL
// interrupts that each scan adds. The last row is what 6.18 does with the same setting: nothing, because
// only whole tables count there; the row before it is a collapse to 2 MiB.

// %%
const backend = sd.backend.native();
const machine = sd.machines.icelake64.withCpus(cpus);
const mainline = sd.linux({ release: "7.2" });
const before = sd.linux({ release: "6.18" });
const range = { bytes: sd.MiB(mebibytes), by: "khugepaged" as const };
const storm = (linux: sd.Linux, kib: number, times: number, on: sd.Machine = machine) =>
  sd.simulate({ machine: on, linux, backend, seed,
    workload: sd.workload.collapse({ ...range, mthpBytes: sd.KiB(kib), scans: times }) });
const sizes = [16, 32, 64, 128, 256, 512, 1024];
const whole = sd.simulate({ machine, linux: mainline, backend, seed,
  workload: sd.workload.collapse(range) });
const bySize = sd.table([
  ...sizes.map((kib) => {
    const [first, all] = [storm(mainline, kib, 1), storm(mainline, kib, scans)];
    return { size: `${kib} KiB`, release: "7.2", cal_first_scan: first.total("CAL"),
             cal_all_scans: all.total("CAL"), times_2_mib: all.total("CAL") / whole.total("CAL") };
  }),
  { size: "2 MiB", release: "7.2", cal_first_scan: whole.total("CAL"),
    cal_all_scans: whole.total("CAL"), times_2_mib: 1 },
  { size: "64 KiB", release: "6.18", cal_first_scan: storm(before, 64, 1).total("CAL"),
    cal_all_scans: storm(before, 64, scans).total("CAL"), times_2_mib: 0 },
]);
bySize

// %%
const curve = sd.table(sizes.flatMap((kib) => [1, 2, scans, 2 * scans].map((times) => ({
  size_kib: kib, scans: `${times} scan${times === 1 ? "" : "s"}`,
  cal: storm(mainline, kib, times).total("CAL") }))));
sd.chart.lines(curve, { x: "size_kib", y: "cal", color: "scans",
  title: `CAL interrupts of khugepaged over ${mebibytes} MiB, ${cpus} CPUs`,
  subtitle: "one flush round and one sync an attempt; an attempt a part and scan",
  source: "model of Linux 7.2; counting rules of mm/khugepaged.c" })

// %% [markdown]
// The smaller the size, the more attempts a table; the scans multiply. A flush reaches the one CPU that ran the
// thread; the sync reaches every CPU, and is nearly all of the storm.

// %% [markdown]
// ## 2. Two ways out
//
// *Ask first*: look whether the part already is such a folio before anything is flushed. Then only the first
// scan pays. *Do not broadcast*: keep the order, but replace the sync by one of the policies proposed for
// it. Both, together.

// %%
const policies: Record<string, sd.Linux> = {
  broadcast: mainline,
  skip: mainline.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() }),
  targeted: mainline.with({ tableSync: sd.tableSync.targeted() }),
};
const choices = (on: sd.Machine, label: string) => Object.entries(policies).flatMap(([sync, linux]) =>
  (["as it is", "ask first"] as const).map((order) => {
    const run = storm(linux, 64, order === "as it is" ? scans : 1, on);
    return { machine: label, sync, order, cal: run.total("CAL"), tlb: run.total("TLB"),
             khugepaged_ms: Number(run.summary().get("duration_ns", 0)) / 1e6 };
  }));
const invlpgb = machine.with({ arch: sd.x86({ invlpgb: true }) });
const repairs = sd.table([...choices(machine, "flush by IPI"), ...choices(invlpgb, "INVLPGB")]);
repairs

// %%
sd.chart.bars(repairs, { x: "sync", y: "cal", color: "order", facet: "machine",
  title: `64 KiB parts of ${mebibytes} MiB, ${scans} scans: CAL by repair`,
  subtitle: "INVLPGB: a flush may interrupt nobody, so that skip must broadcast",
  source: "model of Linux 7.2" })

// %% [markdown]
// Asking first divides by the number of scans, whatever the machine. Not broadcasting divides by about the
// number of CPUs, but only where the policy may leave the broadcast out.

// %% [markdown]
// ## 3. From 8 to 1,024 CPUs

// %%
const sized = sd.table([8, 32, 128, 512, 1024].flatMap((count) =>
  Object.entries(policies).map(([sync, linux]) => ({
    cpus: count, sync, cal: storm(linux, 64, scans, machine.withCpus(count)).total("CAL") }))));
sd.chart.lines(sized, { x: "cpus", y: "cal", color: "sync",
  title: "The storm grows with the machine, unless nobody broadcasts",
  subtitle: `64 KiB parts of ${mebibytes} MiB, ${scans} scans; skip and targeted coincide`,
  source: "model of Linux 7.2" })

// %% [markdown]
// ## 4. What the conclusion rests on
//
// Counts need no costs. khugepaged's time does; here it is again with every assumed cost of this machine at the
// low and at the high end of its range.

// %%
const assumed = machine.costRows().filter(({ evidence, range_lo }) =>
  evidence === "assumed" && range_lo !== null);
const at = (end: sd.CostEnd) => machine.withCostsAt(end, { evidence: ["assumed"] });
const sensitivity = sd.table([
  { assumed_costs: "low end", on: at("low") }, { assumed_costs: "as used", on: machine },
  { assumed_costs: "high end", on: at("high") },
].flatMap(({ assumed_costs, on }) => (["broadcast", "targeted"] as const).map((sync) => {
  const run = storm(policies[sync], 64, scans, on);
  return { assumed_costs, sync, cal: run.total("CAL"),
           khugepaged_ms: Number(run.summary().get("duration_ns", 0)) / 1e6 };
})));
console.log(`assumed with a range: ${assumed.map(({ step }) => step).join(", ")}`);
sensitivity

// %% [markdown]
// ## What this shows, and what it does not
//
// * The **counts** follow from one rule each: an attempt is one flush round and one sync; the sync is one call to
//   every other CPU. The rules of collapse are validated on measured kernels up to 7.3 (docs/validation.md);
//   the re-attempt of small sizes is read in the sources of 7.2 and in no measured run.
// * How often khugepaged comes round (`scan_sleep_millisecs`) and how many parts a real process has is yours
//   to fill in: `scans` and `mebibytes` are parameters of this notebook.
// * "Ask first" is modelled as later scans that cost nothing; a real check reads the table and is not free.
// * Whether *skip* and *targeted* are safe is a question for the explorer (notebook `safety`).

// %% tags=["finding"]
const calOf = (sync: string, order: string) => Number((repairs.objects() as any[]).find((row) =>
  row.machine === "flush by IPI" && row.sync === sync && row.order === order).cal);
const stormed = calOf("broadcast", "as it is");
const timeOf = (sensitivity.objects() as any[]).filter(({ sync }) => sync === "broadcast").map((row) => row.khugepaged_ms);
console.log(`${scans} scans of ${mebibytes} MiB in 64 KiB parts interrupt ${stormed.toLocaleString("en")} times on ${cpus} CPUs, ` +
  `${(stormed / whole.total("CAL")).toFixed(0)} times as often as a collapse to 2 MiB, and take khugepaged ` +
  `${Math.min(...timeOf).toFixed(0)} to ${Math.max(...timeOf).toFixed(0)} ms over the assumed costs; asking first leaves one in ` +
  `${(stormed / calOf("broadcast", "ask first")).toFixed(0)}, not broadcasting one in ${(stormed / calOf("targeted", "as it is")).toFixed(0)}.`);

// %%
console.log(`khugepaged over ${mebibytes} MiB in 64 KiB parts, ${scans} scans, ${cpus} CPUs, Linux 7.2`);
repairs.filter((row: any) => row.machine === "flush by IPI").select("sync", "order", "cal", "tlb")
