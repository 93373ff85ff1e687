/** Plain columns and rows to Arquero tables, with their column names checked. */
import { type ColumnTable, table as createTable } from "arquero";
import { invalid, missing, unknownColumn } from "../base/messages.ts";
import { type SchemaName, schemaOf } from "./schema.ts";

export type { ColumnTable } from "arquero";

/**
 * A table of a known schema from plain columns; the columns come out in schema order. Throws SD009
 * for a column the schema does not have, SD003 for one that is missing, SD001 for unequal lengths.
 */
export function toTable(
  schemaName: SchemaName,
  columns: Readonly<Record<string, ArrayLike<unknown>>>,
): ColumnTable {
  const names = schemaOf(schemaName).map((spec) => spec.name);
  for (const name of Object.keys(columns)) {
    if (!names.includes(name)) throw unknownColumn(name, names);
  }
  for (const name of names) {
    if (columns[name] === undefined) {
      throw missing(`column ${name}`, `every column of ${schemaName}: ${names.join(", ")}`);
    }
  }
  return tableOf(new Map(names.map((name) => [name, columns[name] ?? []])));
}

/**
 * A table of free form from row objects. Columns are those named, else every key in order of first
 * appearance; a row without a key gets null there. Throws SD009 for a name no row has.
 */
export function tableFrom(rows: readonly object[], columns?: readonly string[]): ColumnTable {
  const found = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const names = columns ?? found;
  for (const name of names) {
    if (rows.length > 0 && !found.includes(name)) throw unknownColumn(name, found);
  }
  return tableOf(new Map(names.map((name) => [name, rows.map((row) => own(row, name))])));
}

/** A table from columns of equal length, in the order of the map. Throws SD001 otherwise. */
export function tableOf(columns: ReadonlyMap<string, ArrayLike<unknown>>): ColumnTable {
  const rows = columns.values().next().value?.length ?? 0;
  const data = new Map<string, unknown>();
  for (const [name, values] of columns) {
    if (name === "__proto__") throw invalid("column name", name, "a name an object can hold");
    if (values.length !== rows) {
      throw invalid(`length of column ${name}`, values.length, `${rows}, as the first column`);
    }
    data.set(name, ArrayBuffer.isView(values) ? values : Array.from(values));
  }
  return createTable(data, [...columns.keys()]);
}

/** Throws SD009, with the nearest name, when the table lacks one of the columns. */
export function requireColumns(table: ColumnTable, names: readonly string[]): void {
  const present = table.columnNames();
  for (const name of names) {
    if (!present.includes(name)) throw unknownColumn(name, present);
  }
}

/** The values of one column, filtered and ordered as the table is. Throws SD009 if it is absent. */
export function columnValues(table: ColumnTable, name: string): unknown[] {
  requireColumns(table, [name]);
  return Array.from(table.array(name) as ArrayLike<unknown>);
}

function own(row: object, name: string): unknown {
  return Object.hasOwn(row, name) ? ((row as Record<string, unknown>)[name] ?? null) : null;
}
