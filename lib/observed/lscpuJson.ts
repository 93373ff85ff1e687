/** `lscpu -J`: fields flat, or nested by topic since 2.37. */
import { malformed } from "../base/messages.ts";

/** Deepest nesting that is read. */
const maxDepth = 16;

/** The fields in their order, without the colon; null is the empty text. Throws SD006. */
export function jsonFields(text: string): [string, string][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed("lscpu JSON", text.slice(0, 80), (error as Error).message);
  }
  const list = (value as { lscpu?: unknown } | null)?.lscpu;
  if (!Array.isArray(list)) throw malformed("lscpu JSON", text.slice(0, 80), "a list lscpu");
  return list.flatMap((entry) => fieldsOf(entry, maxDepth));
}

function fieldsOf(entry: unknown, depth: number): [string, string][] {
  if (typeof entry !== "object" || entry === null || depth === 0) return [];
  const { field, data, children } = entry as Readonly<Record<string, unknown>>;
  const own: [string, string][] =
    typeof field === "string" ? [[field.replace(/:$/, ""), textOf(data)]] : [];
  const nested = Array.isArray(children) ? children : [];
  return [...own, ...nested.flatMap((child) => fieldsOf(child, depth - 1))];
}

function textOf(data: unknown): string {
  return typeof data === "string" || typeof data === "number" ? String(data) : "";
}
