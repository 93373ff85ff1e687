/**
 * Tables as HTML. Every cell and every column name is escaped: names can come from foreign data.
 */
import { checkInteger, checkKeys } from "../base/check.ts";
import { type CellColumn, cellGrid, rowsNote } from "./cells.ts";
import type { ColumnTable } from "./frame.ts";
import { columnSpec } from "./schema.ts";
import { text } from "./text.ts";
import { visible } from "./visible.ts";

/** How much of a table to show: at most `maxRows` rows (default 50). */
export interface HtmlOptions {
  readonly maxRows?: number;
}

/** A table for a notebook: HTML, and plain text for front ends and reports without it. */
export interface TableBundle {
  readonly "text/html": string;
  readonly "text/plain": string;
}

// Colours are inherited, so that the table can be read on light and on dark pages.
const tableStyle = "border-collapse:collapse;font-variant-numeric:tabular-nums";
const cellStyle = "padding:0.15em 0.7em;vertical-align:top";
const headStyle = `${cellStyle};border-bottom:1px solid currentColor`;

/** The table as an HTML fragment with inline style. Throws SD001 for an invalid `maxRows`. */
export function htmlTable(table: ColumnTable, options: HtmlOptions = {}): string {
  checkKeys("htmlTable", options, ["maxRows"]);
  const maxRows = checkInteger("maxRows", options.maxRows ?? 50, 1, 100_000);
  const grid = cellGrid(table, maxRows, true);
  const head = grid.columns.map(headCell).join("");
  const body = Array.from({ length: grid.shown }, (_, row) => bodyRow(grid.columns, row)).join("");
  const note = rowsNote(grid);
  return (
    `<div><table style="${tableStyle}"><thead><tr>${head}</tr></thead>\n` +
    `<tbody>\n${body}</tbody></table>` +
    `${note === undefined ? "" : `<p style="font-size:90%">${note}</p>`}</div>`
  );
}

/** The MIME bundle of a table. Both forms are capped and say how many rows there are. */
export function displayBundle(table: ColumnTable): TableBundle {
  return {
    "text/html": htmlTable(table),
    "text/plain": text(table, { width: 120, maxRows: 50 }),
  };
}

/**
 * The text with the five characters escaped that mean something in HTML, and hidden ones visible.
 */
export function escapeHtml(value: string): string {
  return visible(value, false).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function headCell(column: CellColumn): string {
  const spec = columnSpec(column.name);
  const unit = spec?.unit === undefined ? "" : ` (${spec.unit})`;
  const title = spec === undefined ? "" : ` title="${escapeHtml(`${spec.meaning}${unit}`)}"`;
  return `<th style="${headStyle};${alignment(column)}"${title}>${escapeHtml(column.name)}</th>`;
}

function bodyRow(columns: readonly CellColumn[], row: number): string {
  const cells = columns.map(
    (column) =>
      `<td style="${cellStyle};${alignment(column)}">${escapeHtml(column.cells[row] ?? "")}</td>`,
  );
  return `<tr>${cells.join("")}</tr>\n`;
}

function alignment(column: CellColumn): string {
  return `text-align:${column.numeric ? "right" : "left"}`;
}
