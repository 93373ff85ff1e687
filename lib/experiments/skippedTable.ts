/** What a parser passed over, as a table. */
import type { SkippedLines } from "../observed/skipped.ts";
import { type ColumnTable, toTable } from "../tables/frame.ts";

/** Lines by reason, as the schema `skippedLines`. */
export function skippedTable(skipped: readonly SkippedLines[]): ColumnTable {
  return toTable("skippedLines", {
    why: skipped.map(({ reason }) => reason),
    count: skipped.map(({ count }) => count),
    first_line: skipped.map(({ firstLine }) => firstLine),
    example: skipped.map(({ example }) => example),
  });
}
