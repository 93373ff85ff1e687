/** The published results as text for people. */
import { wrapWords } from "../../tables/wrap.ts";
import type { TargetResult } from "./target.ts";

const WIDTH = 100;

/**
 * What the model misses by name, then one result after the other: figures, what the comparison
 * does not show, and where the reported figure stands. At most 100 columns.
 */
export function targetsText(results: readonly TargetResult[]): string {
  const missed = results.filter(({ holds }) => !holds).map(({ id }) => id);
  const misses = missed.length === 0 ? "" : ` Missed: ${missed.join(", ")}.`;
  return [
    `Published results: ${results.length - missed.length} of ${results.length} hold.${misses}`,
    "A ratio is model / reported; a remark says what the comparison does not show.",
    ...results.map(resultText),
    "",
  ].join("\n");
}

function resultText(result: TargetResult): string {
  const { id, what, unit, reported, predicted, ratio, tolerance, holds, remark, source } = result;
  const share = Number.isFinite(ratio) ? `ratio ${ratio.toFixed(2)}` : "no ratio";
  const figures = [
    `reported ${figure(reported).padStart(10)}`,
    `model ${figure(predicted).padStart(10)} ${unit.padEnd(10)}`,
    `${share.padEnd(11)} (${tolerance})`,
  ];
  return [
    "",
    wrapWords(what, WIDTH, `${id}  `),
    `    ${figures.join("  ").padEnd(82)}${holds ? "holds" : "MISSED"}`,
    ...(remark === "" ? [] : [wrapWords(remark, WIDTH, "    remark: ")]),
    wrapWords(source, WIDTH, "    source: "),
  ].join("\n");
}

/** Four digits, or all of an integer part that is longer. */
function figure(value: number): string {
  if (Math.abs(value) < 1000) return String(Number(value.toPrecision(4)));
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}
