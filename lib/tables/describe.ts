/** The schemas as tables, for readers who ask what a column means. */
import { type ColumnTable, tableFrom } from "./frame.ts";
import { type SchemaName, schemaOf } from "./schema.ts";

/**
 * The columns of a schema as a table: column, unit (null for names and identifiers), meaning.
 * Throws SD002 for an unknown schema.
 */
export function describeColumns(schemaName: SchemaName): ColumnTable {
  const rows = schemaOf(schemaName).map((spec) => ({
    column: spec.name,
    unit: spec.unit ?? null,
    meaning: spec.meaning,
  }));
  return tableFrom(rows, ["column", "unit", "meaning"]);
}
