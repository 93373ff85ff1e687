/** Values to cell texts: one number format a column, so that digits line up. */
import { type ColumnTable, columnValues } from "./frame.ts";
import { columnSpec, unitOf } from "./schema.ts";

/** One column as text, with how to align it. */
export interface CellColumn {
  readonly name: string;
  readonly numeric: boolean;
  readonly cells: readonly string[];
}

/** The first rows of a table as text, and how many rows there are. */
export interface CellGrid {
  readonly columns: readonly CellColumn[];
  readonly shown: number;
  readonly total: number;
}

/** The cells of the first `maxRows` rows; `separators` groups the digits of quantities by three. */
export function cellGrid(table: ColumnTable, maxRows: number, separators: boolean): CellGrid {
  const total = table.numRows();
  const shown = Math.min(total, maxRows);
  const columns = table
    .columnNames()
    .map((name) => cellColumn(name, columnValues(table, name).slice(0, shown), separators));
  return { columns, shown, total };
}

/** `... 50 of 4,096 rows` without the dots, or undefined when every row is shown. */
export function rowsNote(grid: CellGrid): string | undefined {
  if (grid.shown === grid.total) return undefined;
  return `${grouped(String(grid.shown))} of ${grouped(String(grid.total))} rows`;
}

/** The digits before the decimal point in groups of three: `646,316`. */
export function grouped(digits: string): string {
  const [whole = "", ...fraction] = digits.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}

function cellColumn(name: string, values: readonly unknown[], separators: boolean): CellColumn {
  const numeric = values.every((value) => isMissing(value) || isNumber(value));
  const group = separators && isQuantity(name);
  const decimals = decimalsOf(name, values);
  const cells = values.map((value) =>
    isNumber(value) ? numberCell(value, decimals, group) : otherCell(value),
  );
  return { name, numeric, cells };
}

/**
 * Identifiers (a CPU number, a seed) are known columns without a unit: their digits stay together.
 */
function isQuantity(name: string): boolean {
  const spec = columnSpec(name);
  return spec === undefined || spec.unit !== undefined;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && !Number.isNaN(value));
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/** Decimals that suit the largest value of the column; none when all values are whole. */
function decimalsOf(name: string, values: readonly unknown[]): number {
  let largest = 0;
  let whole = true;
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    largest = Math.max(largest, Math.abs(value));
    whole &&= Number.isInteger(value);
  }
  if (unitOf(name) === "percent") return largest < 10 ? 2 : 1;
  if (whole) return 0;
  if (largest >= 1000) return 1;
  if (largest >= 1) return 2;
  return largest >= 0.01 ? 4 : 9;
}

function numberCell(value: number | bigint, decimals: number, group: boolean): string {
  const text = typeof value === "bigint" ? String(value) : fixed(value, decimals);
  return group ? grouped(text) : text;
}

function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

function otherCell(value: unknown): string {
  if (isMissing(value)) return "-";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "-" : value.toISOString();
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
