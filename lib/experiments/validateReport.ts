/** A validation as text for people and as plain data for programs. */
import type { ArchKind } from "../machine/arch.ts";
import { archKinds } from "../machine/arch.ts";
import { tableFrom } from "../tables/frame.ts";
import { text } from "../tables/text.ts";
import type { TargetResult } from "./targets/target.ts";
import { targetTable } from "./targets/targets.ts";
import type { Agreement, AgreementRow, RowKind, Validation } from "./validate.ts";
import { agreementOf, missedBounds, statisticsOf } from "./validate.ts";

/** The plain data behind a report; `rows` carries every covered run. */
export function validationJson(validation: Validation): Readonly<Record<string, unknown>> {
  const { rows, native } = validation;
  const missed = missedBounds(validation);
  return {
    ok: missed.length === 0,
    missed,
    runs: validation.runs,
    covered: countRuns(rows) + countRuns(native),
    uncovered: validation.uncovered,
    totals: totalsOf(rows),
    native: {
      fifo: totalsOf(native.filter((row) => row.boot.includes("fifo"))),
      nice: totalsOf(native.filter((row) => row.boot.includes("nice"))),
    },
    cases: byCase(rows),
    rows: [...rows, ...native],
  };
}

function totalsOf(rows: readonly AgreementRow[]): Readonly<Record<string, Agreement>> {
  return {
    tlb: agreementOf(rows, "flush"),
    ...Object.fromEntries(
      archKinds.flatMap((arch) => {
        const own = rows.filter((row) => row.arch === arch);
        if (own.length === 0 && arch !== "x86") return [];
        const name = { x86: "cal", arm64: "ipi1", powerpc: "line16" }[arch];
        return [
          [name, agreementOf(own, "call")],
          [`${name}_net`, agreementOf(own, "call", "net")],
        ];
      }),
    ),
    cal_open: statisticsOf(
      rows.filter((row) => row.open !== null),
      "difference",
    ),
  };
}

/** The report: agreement by case, totals, what is not covered, which bounds are missed. */
export function validationText(validation: Validation): string {
  const { rows, native, uncovered } = validation;
  const fifo = native.filter((row) => row.boot.includes("fifo"));
  const nice = native.filter((row) => row.boot.includes("nice"));
  const reasons = Object.entries(uncovered).sort(([, left], [, right]) => right - left);
  const missed = missedBounds(validation);
  return [
    `${countRuns(rows) + countRuns(native)} of ${validation.runs} runs are covered.`,
    `${countRuns(rows)} of ${validation.emulated} emulated runs: ${coveredPct(validation)} %.`,
    "",
    "Agreement by case, emulated boots (calls: CAL, IPI1 or line 16, measured - predicted)",
    text(tableFrom(byCase(rows)), { width: 100, maxRows: 500 }),
    "",
    "Totals",
    text(
      tableFrom([
        totalRow("TLB, emulated", agreementOf(rows, "flush")),
        ...archKinds.flatMap((arch) => callTotals(rows, arch)),
        totalRow("calls with open wake-ups", statisticsOf(openRows(rows), "difference")),
        totalRow("TLB, native FIFO", agreementOf(fifo, "flush")),
        totalRow("TLB, native, no bound", agreementOf(nice, "flush")),
      ]),
      { width: 100 },
    ),
    "",
    "Not covered",
    ...reasons.map(([reason, count]) => `${String(count).padStart(6)}  ${reason}`),
    "Call rows left out of the bound",
    ...openReasons(rows),
    "",
    missed.length === 0 ? "All bounds hold." : `Bounds missed:\n  ${missed.join("\n  ")}`,
    "",
  ].join("\n");
}

/** The call row of one architecture, raw and net; nothing where no run has it. */
function callTotals(rows: readonly AgreementRow[], arch: ArchKind): Record<string, unknown>[] {
  const own = rows.filter((row) => row.arch === arch);
  const name = own.find(({ kind }) => kind === "call")?.row;
  if (name === undefined) return [];
  const label = `${arch === "powerpc" ? "line " : ""}${name}, emulated`;
  return [
    totalRow(label, agreementOf(own, "call")),
    totalRow(`${label}, net`, agreementOf(own, "call", "net")),
  ];
}

function totalRow(what: string, one: Agreement): Record<string, unknown> {
  return {
    what,
    runs: one.runs,
    exact: one.exact,
    exact_pct: one.exactPct,
    median: one.median,
    p95: one.p95,
    min: one.min,
    max: one.max,
    vectors_exact: one.vectorsExact,
  };
}

function byCase(rows: readonly AgreementRow[]): Readonly<Record<string, unknown>>[] {
  const groups = new Map<string, AgreementRow[]>();
  for (const row of rows) {
    const arch = row.arch === "x86" ? "" : `${row.arch}: `;
    const key = `${arch}${row.case} ${row.params}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(caseRow);
}

function caseRow([name, rows]: [string, AgreementRow[]]): Readonly<Record<string, unknown>> {
  const tlb = statisticsOf(ofKind(rows, "flush"), "difference");
  const call = statisticsOf(ofKind(rows, "call"), "difference");
  return {
    case: name,
    runs: call.runs,
    tlb_exact: tlb.runs === 0 ? null : tlb.exact,
    call_median: call.median,
    call_p95: call.p95,
    call_net_p95: statisticsOf(ofKind(rows, "call"), "net").p95,
  };
}

function ofKind(rows: readonly AgreementRow[], kind: RowKind): AgreementRow[] {
  return rows.filter((one) => one.kind === kind);
}

function openRows(rows: readonly AgreementRow[]): AgreementRow[] {
  return rows.filter((row) => row.open !== null);
}

function openReasons(rows: readonly AgreementRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { open } of openRows(rows)) counts.set(open!, (counts.get(open!) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${String(count).padStart(6)}  ${reason}`);
}

function countRuns(rows: readonly AgreementRow[]): number {
  return ofKind(rows, "call").length;
}

function coveredPct({ rows, emulated }: Validation): string {
  return emulated === 0 ? "0" : ((100 * countRuns(rows)) / emulated).toFixed(1);
}

/** The published results as text: figures first, then the remarks. */
export function targetsText(results: readonly TargetResult[]): string {
  const missed = results.filter(({ holds }) => !holds);
  const table = targetTable(results).select(
    ...["id", "result", "reported", "model", "unit", "ratio", "tolerance", "holds"],
  );
  return [
    `Published results: ${results.length - missed.length} of ${results.length} hold.`,
    text(table, { width: 160, maxRows: 200 }),
    "",
    "Remarks",
    ...results
      .filter(({ remark }) => remark !== "")
      .map(({ id, holds, remark }) => `  ${id}${holds ? "" : " (misses)"}: ${remark}`),
    "",
    "Sources",
    ...results.map(({ id, source }) => `  ${id}: ${source}`),
  ].join("\n");
}
