/** Names at the ends of lines instead of a legend, pushed apart where lines end close together. */
import { type AxisPlan, fractionOf, valueAt } from "./axisPlan.ts";
import type { ChartRow } from "./reading.ts";
import { sizes } from "./theme.ts";

/** Lines up to this number are labelled at their ends; more get a legend. */
export const maxEndLabels = 6;

/** Fields that mark the last row of a line, and hold the height of its label. */
export const endFields = { last: "_last", height: "_label_y" } as const;

/**
 * Fractions moved as little as possible (least squares) to lie `room` apart and within 0…1, in
 * unchanged order. Neighbours that would overlap form a block, which is centred on their mean.
 */
export function spread(fractions: readonly number[], room: number): number[] {
  const order = fractions.map((_, i) => i);
  order.sort((a, b) => (fractions[a] ?? 0) - (fractions[b] ?? 0) || b - a);
  const blocks: { sum: number; size: number }[] = [];
  order.forEach((index, rank) => {
    let block = { sum: (fractions[index] ?? 0) - rank * room, size: 1 };
    for (let last = blocks.at(-1); last && mean(last) > mean(block); last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, size: last.size + block.size };
    }
    blocks.push(block);
  });
  const highest = 1 - (fractions.length - 1) * room;
  const shifts = blocks.flatMap((block) => Array<number>(block.size).fill(mean(block)));
  const placed = fractions.slice();
  order.forEach((index, rank) => {
    const shift = Math.max(0, Math.min(highest, shifts[rank] ?? 0));
    placed[index] = shift + rank * room;
  });
  return placed;
}

/** The rows, with the last one of each line marked and given a height for its label. */
export function withEndLabels(
  rows: readonly ChartRow[],
  lastRows: readonly ChartRow[],
  yField: string,
  plan: AxisPlan,
  plotHeight: number,
): ChartRow[] {
  const fractions = lastRows.map((row) => fractionOf(plan, Number(row[yField])));
  const heights = spread(fractions, (sizes.label + 3) / plotHeight);
  return rows.map((row) => {
    const index = lastRows.indexOf(row);
    if (index < 0) return row;
    const height = valueAt(plan, heights[index] ?? 0);
    return { ...row, [endFields.last]: true, [endFields.height]: height };
  });
}

function mean(block: { sum: number; size: number }): number {
  return block.sum / block.size;
}
