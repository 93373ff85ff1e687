/** A validation as text for people and as plain data for programs. */
import { tableFrom } from "../tables/frame.ts";
import { text } from "../tables/text.ts";
import type { Agreement, AgreementRow, Validation } from "./validate.ts";
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
    tlb: agreementOf(rows, "TLB"),
    cal: agreementOf(rows, "CAL"),
    cal_net: agreementOf(rows, "CAL", "net"),
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
    "",
    "Agreement by case, emulated boots (CAL: measured - predicted; net of the idle background)",
    text(tableFrom(byCase(rows)), { width: 100, maxRows: 500 }),
    "",
    "Totals",
    text(
      tableFrom([
        totalRow("TLB, emulated", agreementOf(rows, "TLB")),
        totalRow("CAL, emulated", agreementOf(rows, "CAL")),
        totalRow("CAL, emulated, net", agreementOf(rows, "CAL", "net")),
        totalRow("CAL with open wake-ups", statisticsOf(openRows(rows), "difference")),
        totalRow("TLB, native FIFO", agreementOf(fifo, "TLB")),
        totalRow("TLB, native, no bound", agreementOf(nice, "TLB")),
      ]),
      { width: 100 },
    ),
    "",
    "Not covered",
    ...reasons.map(([reason, count]) => `${String(count).padStart(6)}  ${reason}`),
    "CAL rows left out of the bound",
    ...openReasons(rows),
    "",
    missed.length === 0 ? "All bounds hold." : `Bounds missed:\n  ${missed.join("\n  ")}`,
    "",
  ].join("\n");
}

function totalRow(what: string, one: Agreement): Readonly<Record<string, unknown>> {
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
    const key = `${row.case} ${row.params}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(caseRow);
}

function caseRow([name, rows]: [string, AgreementRow[]]): Readonly<Record<string, unknown>> {
  const tlb = statisticsOf(ofRow(rows, "TLB"), "difference");
  const cal = statisticsOf(ofRow(rows, "CAL"), "difference");
  return {
    case: name,
    runs: tlb.runs,
    tlb_exact: tlb.exact,
    cal_median: cal.median,
    cal_p95: cal.p95,
    cal_net_p95: statisticsOf(ofRow(rows, "CAL"), "net").p95,
  };
}

function ofRow(rows: readonly AgreementRow[], row: string): AgreementRow[] {
  return rows.filter((one) => one.row === row);
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
  return ofRow(rows, "TLB").length;
}
