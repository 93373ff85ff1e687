/** Arquero tables, which would otherwise print their private fields. */
import type { displayBundle } from "../../lib/tables/html.ts";
import type { MimeBundle } from "../exec/messages.ts";

type Table = Parameters<typeof displayBundle>[0];

/** Recognises an Arquero table of any copy of Arquero by what it can do. */
export function isTable(value: unknown): value is Table {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Record<string, unknown>;
  return ["columnNames", "numRows", "scan", "toHTML"].every(
    (method) => typeof table[method] === "function",
  );
}

/** HTML and plain text, both escaped and capped; loaded when the first table is shown. */
export async function tableBundle(table: Table): Promise<MimeBundle> {
  const tables = await import("../../lib/tables/html.ts");
  return { ...tables.displayBundle(table) };
}
