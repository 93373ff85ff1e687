/** Results as files for other tools. Every file is written as a whole or not at all. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { arrowBytes } from "../../tables/arrow.ts";
import { csv } from "../../tables/csv.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { columnValues, tableFrom } from "../../tables/frame.ts";
import { optionalPackage } from "../optional.ts";
import { replaceFile } from "../store/files.ts";

/** Writes the table as a Parquet file (snappy); `about` goes into its metadata. Throws SD011. */
export async function writeParquet(
  file: string,
  table: ColumnTable,
  about: object = {},
): Promise<void> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const columnData = table.columnNames().map((name) => parquetColumn(name, table));
  const kvMetadata = [{ key: "shootdown", value: JSON.stringify(about) }];
  replaceFile(file, new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata })));
}

/** Writes the table as an Arrow IPC file. Throws SD011. */
export function writeArrow(file: string, table: ColumnTable): void {
  replaceFile(file, arrowBytes(table));
}

/** Writes the table as CSV that no spreadsheet takes for formulas. Throws SD011. */
export function writeCsv(file: string, table: ColumnTable): void {
  replaceFile(file, csv(table));
}

type ParquetType = "BOOLEAN" | "INT32" | "DOUBLE" | "STRING";

interface ParquetColumn {
  readonly name: string;
  readonly data: unknown[];
  readonly type: ParquetType;
  readonly nullable: boolean;
}

/** The narrowest type that holds all values; mixed columns become text. */
function parquetColumn(name: string, table: ColumnTable): ParquetColumn {
  const values = columnValues(table, name).map((value) => value ?? null);
  const there = values.filter((value) => value !== null);
  const type = typeOf(there);
  const data =
    type === "STRING" ? values.map((value) => (value === null ? null : String(value))) : values;
  return { name, data, type, nullable: there.length < values.length };
}

function typeOf(values: readonly unknown[]): ParquetType {
  if (values.length === 0) return "STRING";
  if (values.every((value) => typeof value === "boolean")) return "BOOLEAN";
  if (!values.every((value) => typeof value === "number")) return "STRING";
  return values.every((value) => ((value as number) | 0) === value) ? "INT32" : "DOUBLE";
}

/**
 * Runs an SQL query over the table, which it calls `results`, in DuckDB. Throws SD003 where the
 * optional package `@duckdb/node-api` is not installed, and what DuckDB throws for a wrong query.
 */
export async function sqlOver(table: ColumnTable, query: string): Promise<ColumnTable> {
  const name = "@duckdb/node-api";
  const { DuckDBInstance } = await optionalPackage(name, () => import("@duckdb/node-api"));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shootdown-sql-"));
  try {
    const file = path.join(folder, "results.parquet");
    await writeParquet(file, table);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    try {
      const quoted = file.replaceAll("'", "''");
      await connection.run(`CREATE TABLE results AS SELECT * FROM read_parquet('${quoted}')`);
      const reader = await connection.runAndReadAll(query);
      const rows = reader.getRowObjectsJS() as Record<string, unknown>[];
      return tableFrom(rows.map(plainRow), reader.columnNames());
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Counts come as big integers: numbers where a number holds them exactly. */
function plainRow(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
