/** A validation as text for people: plain ASCII of at most 100 columns. */
import { tableFrom } from "../tables/frame.ts";
import { text } from "../tables/text.ts";
import { wrapWords } from "../tables/wrap.ts";
import type { AgreementRow, Validation } from "./validate.ts";
import { missedBounds } from "./validate.ts";
import type { Line } from "./validateTables.ts";
import {
  bootLines,
  caseLines,
  countRuns,
  openLines,
  parameterLines,
  totalLines,
  uncoveredLines,
} from "./validateTables.ts";

const WIDTH = 100;

/** The report: totals, agreement by boot, case and parameters, what is left out, the bounds. */
export function validationText(validation: Validation): string {
  const missed = missedBounds(validation);
  const verdict =
    missed.length === 0 ? "All bounds hold." : `Bounds missed:\n  ${missed.join("\n  ")}`;
  const sections = [
    coverage(validation),
    totals(validation),
    byBoot(validation),
    byCase(validation),
    byParameters(validation),
    nativeBoots(validation),
    openRows(validation),
    notCovered(validation),
    [verdict],
  ];
  const parts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function coverage({ rows, native, runs, emulated }: Validation): string[] {
  const own = runs - emulated;
  const pct = emulated === 0 ? "0" : ((100 * countRuns(rows)) / emulated).toFixed(1);
  return [
    `${countRuns(rows) + countRuns(native)} of ${runs} runs are covered.`,
    `${countRuns(rows)} of ${emulated} runs on emulated machines: ${pct} %.`,
    ...(own === 0 ? [] : [`${countRuns(native)} of ${own} runs on the lab's own machine.`]),
  ];
}

function totals(validation: Validation): string[] {
  const lines = totalLines(validation);
  if (lines.length === 0) return [];
  return [
    "Totals: measured - predicted. TLB counts flush handlers; CAL, IPI1 and line 16 count calls,",
    "and wake-ups with them. net: without what an idle window of the same length counted after.",
    "below: runs that counted at least 2 fewer than predicted. by_cpu: exact on every CPU.",
    table(lines),
  ];
}

function byBoot(validation: Validation): string[] {
  const lines = bootLines(validation);
  return lines.length === 0 ? [] : ["By boot, without open rows", table(lines)];
}

function byCase({ rows }: Validation): string[] {
  if (rows.length === 0) return [];
  return [
    "By case, emulated machines: exact TLB rows; calls by architecture, without open rows",
    table(caseLines(rows)),
  ];
}

function byParameters({ rows }: Validation): string[] {
  if (rows.length === 0) return [];
  return [
    "By parameters: TLB rows that are not exact; median and 95th percentile of the calls",
    table(parameterLines(rows)),
  ];
}

/** Why the bound of the native boots is another one, and where they differ. */
function nativeBoots({ native }: Validation): string[] {
  if (native.length === 0) return [];
  const isOff = (row: AgreementRow): boolean =>
    row.kind === "flush" && row.difference !== 0 && row.boot.includes("fifo");
  const off = native
    .filter(isOff)
    .map((row) => `${row.case} ${row.params}: ${row.predicted} predicted, ${row.measured} counted`);
  return [
    "Native boots: a guest of 2 CPUs on a host with other load. Under SCHED_FIFO the helpers keep",
    "their CPU, but for real-time throttling. At normal priority a helper is often not running:",
    "its CPU is then skipped, and counts fall short by any number, so there is no bound.",
    ...(off.length === 0 ? [] : ["TLB rows under SCHED_FIFO that differ:"]),
    ...off.map((line) => wrapWords(line, WIDTH, "  ")),
  ];
}

function openRows({ rows }: Validation): string[] {
  const lines = openLines(rows);
  if (lines.length === 0) return [];
  return [
    "Call rows left out of the bound: they also carry wake-ups that no rule counts",
    "  runs  median   min   max",
    ...lines.map(({ reason, runs, median, min, max }) => {
      const figures = [String(runs).padStart(6), String(median).padStart(8)];
      const range = [String(min).padStart(6), String(max).padStart(6), "  "];
      return wrapWords(reason, WIDTH, [...figures, ...range].join(""));
    }),
  ];
}

function notCovered(validation: Validation): string[] {
  const lines = uncoveredLines(validation);
  if (lines.length === 0) return ["Not covered: none"];
  return [
    "Not covered",
    ...lines.flatMap(({ reason, runs, sets }) => [
      wrapWords(reason, WIDTH, countCell(runs)),
      ...Object.entries(sets).map(([name, count]) => `        ${countCell(count)}${name}`),
    ]),
  ];
}

function countCell(count: number): string {
  return `${String(count).padStart(6)}  `;
}

function table(lines: readonly Line[]): string {
  return text(tableFrom(lines), { width: WIDTH, maxRows: 1000 });
}
