/** The text of docs/validation.md: measured files and published results beside the model. */
import { grouped, markdownTable } from "../tables/markdown.ts";
import type { TargetResult } from "./targets/target.ts";
import type { Validation } from "./validate.ts";
import { BOUNDS } from "./validate.ts";
import { validationText } from "./validateReport.ts";

/** A file of measured runs, and what it says about the model. */
export interface ValidatedFile {
  readonly name: string;
  readonly validation: Validation;
}

const INTRODUCTION = `# Agreement with real kernels

Written by \`node scripts/validationPage.mjs [FILE.csv …]\`; do not edit. Two kinds of evidence:
runs that this project measured, predicted from their parameters alone and compared with what
\`/proc/interrupts\` counted; and [published results](#published-results), which the model must
reproduce within a stated tolerance. How the call bound is held:
[decision 0001](decisions/0001-net-of-background.md).
`;

/** The page, whole: coverage and what is not covered by file, then the published results. */
export function validationPage(
  files: readonly ValidatedFile[],
  results: readonly TargetResult[],
): string {
  const sections = files.flatMap(({ name, validation }) => [
    `## ${name}`,
    ["```text", validationText(validation).trimEnd(), "```"].join("\n"),
  ]);
  const parts = [INTRODUCTION.trimEnd(), boundsText(), ...sections, ...publishedSection(results)];
  return `${parts.join("\n\n")}\n`;
}

function boundsText(): string {
  const { tlbExactPct, callMedian, callP95, callBelowPct, fifoTlbExactPct } = BOUNDS;
  const { x86, arm64, powerpc } = callMedian;
  return [
    "Bounds on emulated boots:",
    "",
    `- TLB exact on ${tlbExactPct} % of the covered runs.`,
    `- Calls net of the idle background: median ${x86} on x86 (CAL), at most ${arm64} on arm64`,
    `  (IPI1) and ${powerpc} on POWER (line 16); 95th percentile at most ${callP95}; at most`,
    `  ${callBelowPct} % of the runs two or more below the prediction.`,
    `- Native boots under SCHED_FIFO: TLB exact on ${fifoTlbExactPct} %.`,
  ].join("\n");
}

function publishedSection(results: readonly TargetResult[]): string[] {
  const missed = results.filter(({ holds }) => !holds).map(({ id }) => id);
  const kept = results.length - missed.length;
  const misses = missed.length === 0 ? "" : ` Missed: ${missed.join(", ")}.`;
  return [
    "## Published results",
    `${kept} of ${results.length} hold.${misses} A ratio is predicted / reported; "same side"` +
      " checks a sign only, and a remark says which figures are inputs of the model and so check" +
      " nothing by themselves.",
    resultTable(results),
    "### Remarks",
    results
      .filter(({ remark }) => remark !== "")
      .map(({ id, holds, remark }) => `- ${id}${holds ? "" : " (missed)"}: ${remark}`)
      .join("\n"),
    "### Sources",
    sourceList(results),
  ];
}

function resultTable(results: readonly TargetResult[]): string {
  const rows = results.map(({ id, what, reported, predicted, unit, ratio, tolerance, holds }) => [
    id,
    what,
    figure(reported),
    figure(predicted),
    unit,
    Number.isFinite(ratio) ? ratio.toFixed(2) : "",
    tolerance,
    holds ? "yes" : "**no**",
  ]);
  return markdownTable(
    ["id", "result", "reported", "model", "unit", "ratio", "tolerance", "holds"],
    rows,
    ["left", "left", "right", "right", "left", "right"],
  );
}

/** Four digits, or all of an integer part that is longer. */
function figure(value: number): string {
  if (Math.abs(value) >= 1000) return grouped(Math.round(value));
  return String(Number(value.toPrecision(4)));
}

/** Each source once, with the results that rest on it. */
function sourceList(results: readonly TargetResult[]): string {
  const bySource = new Map<string, string[]>();
  for (const { id, source } of results) bySource.set(source, [...(bySource.get(source) ?? []), id]);
  return [...bySource].map(([source, ids]) => `- ${ids.join(", ")}: ${source}`).join("\n");
}
