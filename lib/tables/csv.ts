/** Tables as CSV that a spreadsheet cannot mistake for formulas. */
import { type ColumnTable, columnValues } from "./frame.ts";

/**
 * The table as RFC 4180 text with `\n` line ends and a header line; null is an empty field. A text
 * that a spreadsheet would run (it begins with `=`, `+`, `-`, `@`, tab or a line end) gets a `'` in
 * front, also in column names; numbers stay as they are.
 */
export function csv(table: ColumnTable): string {
  const names = table.columnNames();
  const columns = names.map((name) => columnValues(table, name));
  const lines = [names.map(textField).join(",")];
  for (let row = 0; row < table.numRows(); row++) {
    lines.push(columns.map((values) => field(values[row])).join(","));
  }
  return `${lines.join("\n")}\n`;
}

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return textField(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return textField(typeof value === "object" ? JSON.stringify(value) : String(value));
}

function textField(value: string): string {
  const safe = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
