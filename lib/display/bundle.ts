/** From a value to what a notebook shows of it. */
import { inspect } from "node:util";
import type { Bundle } from "../base/cellHost.ts";
import { show } from "../base/messages.ts";
import type { displayBundle } from "../tables/html.ts";

/** A value as MIME bundle, with hints such as the size of a picture. */
export interface Displayed {
  readonly data: Bundle;
  readonly metadata: Bundle;
}

type Table = Parameters<typeof displayBundle>[0];

/**
 * The method by which a value says how it wants to be shown; Deno's kernel uses the same symbol.
 * It returns a MIME bundle, or `{ data, metadata }`, or a promise of one of the two.
 */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/**
 * The bundle of a value: its own if it has one, tables as HTML and text, text as it is, anything
 * else as Node prints it; undefined shows nothing. Rejects with what a display method throws.
 */
export async function displayed(value: unknown): Promise<Displayed | undefined> {
  if (value === undefined) return undefined;
  const own = displayMethod(value);
  if (own !== undefined) return bundleFrom(await own.call(value));
  if (isTable(value)) return { data: await tableBundle(value), metadata: {} };
  const text = typeof value === "string" ? value : inspect(value, { depth: 4, breakLength: 100 });
  return { data: { "text/plain": text }, metadata: {} };
}

/** Recognises an Arquero table of any copy of Arquero by what it can do. */
function isTable(value: unknown): value is Table {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Record<string, unknown>;
  return ["columnNames", "numRows", "scan", "toHTML"].every(
    (method) => typeof table[method] === "function",
  );
}

/** HTML and plain text, both escaped and capped; loaded when the first table is shown. */
async function tableBundle(table: Table): Promise<Bundle> {
  const tables = await import("../tables/html.ts");
  return { ...tables.displayBundle(table) };
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function"))
    return undefined;
  const method = (value as { [displaySymbol]?: unknown })[displaySymbol];
  return typeof method === "function" ? (method as () => unknown) : undefined;
}

function bundleFrom(returned: unknown): Displayed {
  const { data, metadata } = (isRecord(returned) ? returned : {}) as Partial<Displayed>;
  if (isBundle(data)) return { data, metadata: isRecord(metadata) ? metadata : {} };
  if (isBundle(returned)) return { data: returned, metadata: {} };
  throw new TypeError(
    `Symbol.for("Jupyter.display") returned ${show(returned)} (expected a MIME bundle)`,
  );
}

/** A bundle has at least one entry, and all of its keys are MIME types. */
function isBundle(value: unknown): value is Bundle {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^[\w.+-]+\/[\w.+-]+/.test(key));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
