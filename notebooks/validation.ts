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
// # Is it true? The model against every measured run
//
// Each run of the lab is predicted from its parameters alone (which kernel, how many CPUs, which call, how often,
// beside which threads; beside GUP-fast also how many collapses succeeded), and compared with what `/proc/interrupts` of
// a real kernel counted. Nothing is fitted here.
//
// The files are those of this repository: a selection of older boots, chosen by parameters (its README says how), the
// four policies on one changed kernel, and the boots of `shootdown lab run`. A file of your own
// (`shootdown lab run --out own.csv`) goes into `files`.

// %%
import { existsSync } from "node:fs";
import * as sd from "shootdown";

// %% tags=["parameters"]
const files: string =
  "../test/fixtures/lab/data.csv,../test/fixtures/lab/policies.csv,../test/fixtures/lab/own.csv";

// %% [markdown]
// ## 1. What is compared
//
// TLB counts flush handlers, CAL (x86), IPI1 (arm64) and line 16 (POWER) count calls, and scheduler wake-ups with them:
// `open` rows are those where wake-ups are more than a background. `uncovered` runs depend on what is no parameter.

// %%
const there = files.split(",").filter((file) => existsSync(file));
const runs = there.map((file) => ({ file: file.split("/").at(-1)!, found: sd.validate(sd.labCsv.read(file)) }));
const coverage = sd.table(runs.map(({ file, found }) => ({
  file, runs: found.runs, covered: found.runs - found.uncoveredRuns.length,
  emulated: found.emulated, native: found.runs - found.emulated,
  open_call_rows: found.rows.filter(({ open }) => open !== null).length,
})));
coverage

// %% [markdown]
// ## 2. Every run
//
// Predicted against measured, one mark a run: on the line is exact. Call rows lie on it or a few to its right: wake-ups.

// %%
const emulated = runs.flatMap(({ found }) => found.rows);
const closed = emulated.filter(({ open }) => open === null);
const marks = sd.table(closed.map(({ row, predicted, measured }) =>
  ({ row: row === "16" ? "line 16" : row, predicted, measured })));
sd.chart.agreement(marks, { measured: "measured", predicted: "predicted", color: "row",
  title: "Predicted and measured interrupts of a run", subtitle: "all covered runs on emulated machines",
  source: runs.map(({ file }) => file).join(", ") })

// %% [markdown]
// ## 3. By boot
//
// `net` is the difference without what an idle window of the same length counted right after the run.

// %%
const agreement = (rows: readonly sd.AgreementRow[]) => {
  const flush = sd.agreementOf(rows, "flush");
  const call = sd.agreementOf(rows, "call");
  const net = sd.agreementOf(rows, "call", "net");
  return { tlb_runs: flush.runs, tlb_exact: flush.exact, call_runs: call.runs, call_exact: call.exact,
           net_exact: net.exact, net_median: net.median, net_p95: net.p95, net_max: net.max };
};
const named = (name: "boot" | "case") => sd.table([...new Set(closed.map((row) => row[name]))].sort()
  .map((one) => ({ [name]: one, ...agreement(closed.filter((row) => row[name] === one)) })));
const byBoot = named("boot");
byBoot

// %% [markdown]
// ## 4. By operation

// %%
named("case")

// %% [markdown]
// ## 5. Where it differs
//
// Flush rows that are not exact, all of them, and the largest excess of calls. A run that counts fewer than predicted
// contradicts the model; one that counts more may have had wake-ups that the idle window did not.

// %%
const off = closed.filter(({ kind, difference }) => kind === "flush" && difference !== 0);
const excess = closed.filter(({ kind, net }) => kind === "call" && (net > 7 || net < -1));
sd.table([...off, ...excess].map(({ boot, case: operation, params, row, predicted, measured, net }) =>
  ({ boot, operation, params, row, predicted, measured, net })))

// %% [markdown]
// ## 6. What is not covered, and why

// %%
const reasons = new Map<string, number>();
for (const { found } of runs) {
  for (const [reason, count] of Object.entries(found.uncovered)) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
}
sd.table([...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => ({ runs: count, reason })))

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Counts of interrupts** by row and CPU on x86, arm64 and POWER, for the kernels in the column `boot`. Emulated
//   machines have no time: nothing here is about how long anything takes.
// * **Not in these data**: PCID, INVLPGB, Hyper-V and Xen guests, machines larger than those in the column `boot`. What
//   is modelled of them rests on the sources; docs/validation.md lists published results that it is compared with.
// * **The selection was known** while rules were written. The full files (docs/validation.md) and boots made later
//   (`own.csv`, by another build of the workload) are the check on that.
// * **Native runs** are in docs/validation.md: there other load hides flushes, and no bound can hold at normal priority.

// %% tags=["finding"]
const total = agreement(closed);
const pct = (part: number, whole: number) => (100 * part / whole).toFixed(1);
console.log(`Of ${total.tlb_runs} runs that count TLB flush handlers ${total.tlb_exact} are predicted exactly ` +
  `(${pct(total.tlb_exact, total.tlb_runs)} %); of ${total.call_runs} that count calls ${total.net_exact} ` +
  `(${pct(total.net_exact, total.call_runs)} %) net of the background, 95 % within ${total.net_p95}.`);

// %%
const arches = [...new Set(closed.map(({ arch }) => arch))];
sd.table(arches.map((arch) => ({ arch, ...agreement(closed.filter((row) => row.arch === arch)) })))
