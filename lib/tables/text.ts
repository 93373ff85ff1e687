/** Tables as plain text for a mailing-list mail: fixed width, ASCII only, the same on every run. */
import { checkBoolean, checkInteger, checkKeys } from "../base/check.ts";
import { cellGrid, rowsNote } from "./cells.ts";
import type { ColumnTable } from "./frame.ts";
import { gap, layout, type PlacedColumn } from "./layout.ts";
import { visible } from "./visible.ts";

/** How to print a table. */
export interface TextOptions {
  /** Longest line in characters, 40…1000 (default 72, as mails are). */
  readonly width?: number;
  /** Rows to print at most (default 50). */
  readonly maxRows?: number;
  /** Whether to group digits by three: `646,316` (default true). */
  readonly separators?: boolean;
}

/**
 * The table in fixed-width columns: numbers right-aligned, texts left-aligned, null as `-`. What
 * does not fit the width gets wrapped headers, then texts shortened with `~`; what still does not
 * fit is printed in blocks that repeat the first column. Throws SD001 or SD002 for invalid
 * options.
 */
export function text(table: ColumnTable, options: TextOptions = {}): string {
  checkKeys("text", options, ["width", "maxRows", "separators"]);
  const width = checkInteger("width", options.width ?? 72, 40, 1000);
  const maxRows = checkInteger("maxRows", options.maxRows ?? 50, 1, 1_000_000);
  const separators = checkBoolean("separators", options.separators ?? true);
  const grid = cellGrid(table, maxRows, separators);
  const columns = grid.columns.map((column) => ({
    ...column,
    name: visible(column.name, true),
    cells: column.cells.map((cell) => visible(cell, true)),
  }));
  const blocks = layout(columns, width).map((block) => printBlock(block, grid.shown));
  const note = rowsNote(grid);
  return note === undefined ? blocks.join("\n\n") : `${blocks.join("\n\n")}\n... ${note}`;
}

function printBlock(block: readonly PlacedColumn[], rows: number): string {
  const headLines = Math.max(...block.map((column) => column.header.length));
  const lines: string[] = [];
  for (let line = 0; line < headLines; line++) {
    lines.push(
      printLine(block, (column) => column.header[line - headLines + column.header.length] ?? ""),
    );
  }
  lines.push(printLine(block, (column) => "-".repeat(column.width)));
  for (let row = 0; row < rows; row++) {
    lines.push(printLine(block, (column) => column.cells[row] ?? ""));
  }
  return lines.join("\n");
}

function printLine(
  block: readonly PlacedColumn[],
  cellOf: (column: PlacedColumn) => string,
): string {
  const cells = block.map((column) => {
    const cell = cellOf(column);
    return column.numeric ? cell.padStart(column.width) : cell.padEnd(column.width);
  });
  return cells.join(" ".repeat(gap)).trimEnd();
}
