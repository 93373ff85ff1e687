/**
 * One text for one value: canonical JSON and its SHA-256, the keys of the result store and the
 * provenance of every row.
 */
import { createHash } from "node:crypto";
import { invalid } from "./messages.ts";

/**
 * JSON without white space whose object keys are sorted by UTF-16 code units, so that equal data
 * give equal text. Properties that are undefined are left out and -0 is 0; class instances count
 * by their own enumerable properties, typed arrays as arrays.
 *
 * Throws SD001, with the path as field (`machine.costs[3].ns`), for what JSON cannot hold without
 * loss: NaN, infinities, functions, symbols, bigints, an undefined that is no property, cycles,
 * and objects that keep their data elsewhere (Map, Set, Date, …).
 */
export function canonicalJson(value: unknown): string {
  return write(value, { path: [], open: [] });
}

/** SHA-256 of a text in UTF-8: 64 lower-case hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** {@link sha256Hex} of {@link canonicalJson}; throws what the latter throws. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** Where the writer is: the keys from the root on, and the objects that are being written. */
interface Position {
  readonly path: (string | number)[];
  readonly open: object[];
}

function write(value: unknown, at: Position): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "number":
      if (!Number.isFinite(value)) throw refuse(value, at, "a finite number");
      return String(value + 0); // -0 + 0 is 0
    case "object":
      return value === null ? "null" : writeNested(value, at);
    default:
      throw refuse(value, at, "plain data");
  }
}

function writeNested(value: object, at: Position): string {
  if (at.open.includes(value)) throw refuse("a cycle", at, "plain data without cycles");
  at.open.push(value);
  const text = isList(value) ? writeList(value, at) : writeRecord(value, at);
  at.open.pop();
  return text;
}

function isList(value: object): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function writeList(list: ArrayLike<unknown>, at: Position): string {
  const parts = Array.from(list, (item, index) => writeChild(item, index, at));
  return `[${parts.join(",")}]`;
}

function writeRecord(record: object, at: Position): string {
  // The tag tells Map, Set, Date and the like, whose own properties are not their data.
  if (Object.prototype.toString.call(record) !== "[object Object]") {
    throw refuse(record, at, "plain data");
  }
  const parts = Object.entries(record)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${writeChild(item, key, at)}`);
  return `{${parts.join(",")}}`;
}

function writeChild(value: unknown, key: string | number, at: Position): string {
  at.path.push(key);
  const text = write(value, at);
  at.path.pop();
  return text;
}

function refuse(value: unknown, at: Position, expected: string): Error {
  return invalid(pathText(at.path), value, expected);
}

function pathText(path: readonly (string | number)[]): string {
  const text = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return path.length === 0 ? "value" : text.join("").replace(/^\./, "");
}
