/** Reads notebooks written as TypeScript files in the percent format. */
import { malformed } from "../../lib/base/messages.ts";
import type { Cell, Metadata } from "./notebook.ts";

/** A cell of the file: what can be told without ids and outputs. */
export type PercentCell = Pick<Cell, "kind" | "metadata" | "source">;

/** What the file holds. */
export interface PercentFile {
  /** From the header; undefined where there is none. */
  readonly kernelspec: Metadata | undefined;
  readonly cells: readonly PercentCell[];
}

const cellStart = /^\s*\/\/\s*%%%*(?:\s+([\s\S]*))?$/;
const escaped = /^(\s*)\/\/ (?=(?:\/\/\s*)+%%)/;

/** Parses the text; `name` is the file as errors call it. Throws SD006 for metadata. */
export function parsePercent(text: string, name: string): PercentFile {
  const lines = linesOf(text);
  const { kernelspec, length } = readHeader(lines);
  const starts = lines.flatMap((line, at) => (at >= length && cellStart.test(line) ? [at] : []));
  const cells: PercentCell[] = [];
  const before = lines.slice(length, starts[0] ?? lines.length);
  if (before.some((line) => line.trim() !== "")) {
    cells.push({ kind: "code", metadata: {}, source: trimmed(before) });
  }
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1];
    const body = lines.slice(start + 1, end ?? lines.length);
    // One empty line stands between cells and belongs to neither.
    if (end !== undefined && body.at(-1)?.trim() === "") body.pop();
    cells.push(readCell(lines[start]!, body, `${name}:${start + 1}`));
  }
  return { kernelspec, cells };
}

/** Lines of a file; one with the line ends of Windows loses them. */
function linesOf(text: string): string[] {
  const plain = /^[^\n]*\r\n/.test(text) ? text.replace(/\r\n/g, "\n") : text;
  return plain
    .replace(/^\ufeff/, "")
    .replace(/\n$/, "")
    .split("\n");
}

function readCell(start: string, body: readonly string[], at: string): PercentCell {
  const { kind, metadata } = readMark(cellStart.exec(start)?.[1]?.trim() ?? "", at);
  const lines = body.map((line) => line.replace(escaped, "$1"));
  const source = kind === "code" ? lines : lines.map((line) => line.replace(/^\/\/ ?/, ""));
  return { kind, metadata, source: source.join("\n") };
}

/** `Title [markdown] tags=["a"] key={"b": 1}`; all parts may be missing. */
function readMark(text: string, at: string): Pick<PercentCell, "kind" | "metadata"> {
  const [, title = "", rest = ""] =
    /^((?:(?!\[(?:markdown|md|raw)\]|[A-Za-z_][\w.-]*=|\{)[\s\S])*)([\s\S]*)$/.exec(text) ?? [];
  const [, word, values = ""] = /^(?:\[(markdown|md|raw)\])?\s*([\s\S]*)$/.exec(rest) ?? [];
  const kind = word === undefined ? "code" : word === "raw" ? "raw" : "markdown";
  const named = title.trim() === "" ? {} : { title: title.trim() };
  return { kind, metadata: { ...named, ...readValues(values.trim(), at) } };
}

function readValues(text: string, at: string): Metadata {
  if (text.startsWith("{")) return json(text, at) as Metadata;
  const values: [string, unknown][] = [];
  for (let rest = text; rest !== ""; ) {
    const [taken, name] = /^([A-Za-z_][\w.-]*)=/.exec(rest) ?? [];
    if (taken === undefined || name === undefined) {
      throw malformed(at, rest, 'metadata such as tags=["parameters"]');
    }
    const length = valueLength(rest.slice(taken.length));
    values.push([name, json(rest.slice(taken.length, taken.length + length), at)]);
    rest = rest.slice(taken.length + length).trimStart();
  }
  return Object.fromEntries(values);
}

/** Characters up to the blank that ends a value: blanks in texts and brackets do not. */
function valueLength(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]|\s+/g)) {
    if ("[{".includes(token)) depth += 1;
    else if ("]}".includes(token)) depth -= 1;
    else if (depth === 0 && token.trim() === "") return index;
  }
  return text.length;
}

function json(text: string, at: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(at, text, `JSON: ${(error as Error).message}`);
  }
}

/** The header is YAML in comments; of it only the names of the kernel are of use. */
function readHeader(
  lines: readonly string[],
): Pick<PercentFile, "kernelspec"> & { length: number } {
  const isFence = (line = ""): boolean => /^\/\/ ?---\s*$/.test(line);
  const first = lines.findIndex((line) => line.trim() !== "");
  const end = lines.findIndex((line, at) => at > first && isFence(line));
  if (!isFence(lines[first]) || end < 0) return { kernelspec: undefined, length: 0 };
  const inside = lines.slice(first + 1, end).map((line) => line.replace(/^\/\/ ?/, ""));
  return { kernelspec: kernelspecIn(inside), length: end + 1 };
}

function kernelspecIn(lines: readonly string[]): Metadata | undefined {
  const start = lines.findIndex((line) => /^\s*kernelspec:\s*$/.test(line));
  if (start < 0) return undefined;
  const names: [string, string][] = [];
  for (const line of lines.slice(start + 1)) {
    const [, name, value] = /^ {4,}(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) break;
    names.push([name, scalar(value)]);
  }
  return Object.fromEntries(names);
}

/** A text of YAML: plain, or in quotes of either kind. */
function scalar(text: string): string {
  if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function trimmed(lines: readonly string[]): string {
  return lines.join("\n").replace(/^(?:[ \t]*\n)+|\s+$/g, "");
}
