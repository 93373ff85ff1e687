/** Reviving values from plain data: what kind it says it is, which one, and with which options. */
import { checkKeys, checkOneOf } from "./check.ts";
import { invalid, unknownName } from "./messages.ts";

/** Which value of its kind plain data stands for; the options are not checked yet. */
export interface PlainData {
  readonly name: string;
  readonly options: unknown;
}

/**
 * Reads `{ kind, [nameKey], options }`, a structured or JSON clone of a value. Throws SD001 for
 * anything else, SD002 for a name that is not known.
 */
export function readPlainData(
  kind: string,
  value: unknown,
  nameKey: "name" | "type",
  known: readonly string[],
): PlainData {
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw invalid(kind, value, `a ${kind} made by sd.${kind}.…()`);
  }
  checkKeys(kind, value, ["kind", nameKey, "options"]);
  const { kind: given, [nameKey]: name, options } = value as Record<string, unknown>;
  checkOneOf("kind", given, [kind]);
  if (typeof name !== "string" || !known.includes(name)) throw unknownName(kind, name, known);
  return { name, options };
}
