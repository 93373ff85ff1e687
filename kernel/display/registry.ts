/** From a value to what a notebook shows of it. */
import { inspect } from "node:util";
import { show } from "../../lib/base/messages.ts";
import type { MimeBundle } from "../exec/messages.ts";
import { isTable, tableBundle } from "./table.ts";

/** A value as MIME bundle, with hints such as the size of a picture. */
export interface Displayed {
  readonly data: MimeBundle;
  readonly metadata: MimeBundle;
}

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
function isBundle(value: unknown): value is MimeBundle {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^[\w.+-]+\/[\w.+-]+/.test(key));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
