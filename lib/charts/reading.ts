/** The columns a chart needs, checked and copied out of a table. */
import { invalid } from "../base/messages.ts";
import { type ColumnTable, columnValues, requireColumns } from "../tables/frame.ts";
import { type Unit, unitOf } from "../tables/schema.ts";
import { visible } from "../tables/visible.ts";
import { axisTitle, columnTitle } from "./quantity.ts";

/** What a chart shows of one column: numbers, names, or whichever the column holds. */
export type RoleKind = "number" | "label" | "either";

/** A column in a chart; `field` is its name inside the specification. */
export interface Role {
  readonly column: string;
  readonly field: string;
  /** In words, for headings. */
  readonly name: string;
  /** In words with the unit, for axes and legends. */
  readonly title: string;
  readonly unit: Unit | undefined;
  readonly numeric: boolean;
}

/** A row by field. */
export type ChartRow = Readonly<Record<string, number | string | boolean>>;

/** The rows that have a value in every column asked for, and how many had not. */
export interface RowsRead {
  readonly rows: readonly ChartRow[];
  readonly dropped: number;
  /** Whether a row rests on costs that are only assumed (column costs_assumed). */
  readonly assumed: boolean;
}

/** The column of each role; a role without a column is left out of the chart. */
export type RoleColumns = Readonly<Record<string, string | undefined>>;

/** Rows with their roles: a role is undefined only where its column may be. */
export interface Reading<Columns extends RoleColumns> extends RowsRead {
  readonly roles: {
    readonly [Name in keyof Columns]: undefined extends Columns[Name] ? Role | undefined : Role;
  };
}

/** Longest text a chart takes from a cell. */
const longestLabel = 120;

/**
 * Reads the columns named by `columns`, as `kinds` says. Throws SD009 for a column the table lacks,
 * SD001 for a column of the wrong kind.
 */
export function readColumns<Columns extends RoleColumns>(
  table: ColumnTable,
  columns: Columns,
  kinds: Readonly<Record<keyof Columns, RoleKind>>,
): Reading<Columns> {
  const names = Object.keys(columns).filter((name) => columns[name] !== undefined);
  const used = names.map((name) => columns[name] ?? "");
  requireColumns(table, used);
  const values = names.map((name, i) => readValues(table, used[i] ?? "", kinds[name] ?? "either"));
  const fields = fieldNames(used);
  const rows: ChartRow[] = [];
  for (let row = 0; row < table.numRows(); row++) {
    const cells = values.map((column) => column[row]);
    if (cells.includes(undefined)) continue;
    rows.push(Object.fromEntries(fields.map((field, i) => [field, cells[i] ?? ""])));
  }
  const roles = Object.fromEntries(
    names.map((name, i) => [name, roleOf(used[i] ?? "", fields[i] ?? "", values[i] ?? [])]),
  ) as Reading<Columns>["roles"];
  return {
    roles,
    rows,
    dropped: table.numRows() - rows.length,
    assumed: restsOnAssumptions(table),
  };
}

function roleOf(column: string, field: string, values: readonly unknown[]): Role {
  const numeric = values.every((value) => value === undefined || typeof value === "number");
  const name = clip(visible(columnTitle(column), false));
  const title = clip(visible(axisTitle(column), false));
  return { column, field, name, title, unit: unitOf(column), numeric };
}

/** Values as chart values; undefined where there is nothing to draw. */
function readValues(
  table: ColumnTable,
  column: string,
  kind: RoleKind,
): (number | string | undefined)[] {
  const raw = columnValues(table, column).map((value) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  const stray = raw.find((value) => isPresent(value) && typeof value !== "number");
  if (kind === "number" && stray !== undefined) {
    throw invalid(`column ${column}`, stray, "numbers");
  }
  const numeric = stray === undefined;
  return raw.map((value) => {
    if (typeof value === "number" && Number.isFinite(value)) return numeric ? value : String(value);
    if (kind === "number" || (kind === "either" && numeric)) return undefined;
    return labelOf(value);
  });
}

function labelOf(value: unknown): string {
  if (!isPresent(value)) return "(none)";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return clip(visible(String(value), false));
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined && !Number.isNaN(value);
}

function clip(text: string): string {
  return text.length <= longestLabel ? text : `${text.slice(0, longestLabel - 1)}…`;
}

/**
 * Field names for columns: Vega-Lite reads dots and brackets in a field as a path, and a column
 * name can come from foreign data, so only letters, digits and inner underscores stay. Fields of
 * the library itself begin with an underscore.
 */
function fieldNames(columns: readonly string[]): string[] {
  const fieldOf = new Map<string, string>();
  const taken = new Set<string>();
  for (const column of columns) {
    if (fieldOf.has(column)) continue;
    const plain = column.replace(/[^A-Za-z0-9_]/g, "_").replace(/^[^A-Za-z]+/, "");
    let field = plain === "" ? "column" : plain.slice(0, 60);
    for (let number = 2; taken.has(field); number++) field = `${plain}_${number}`;
    taken.add(field);
    fieldOf.set(column, field);
  }
  return columns.map((column) => fieldOf.get(column) ?? column);
}

function restsOnAssumptions(table: ColumnTable): boolean {
  if (!table.columnNames().includes("costs_assumed")) return false;
  return columnValues(table, "costs_assumed").some((value) => Number(value) > 0);
}
