/**
 * Notebooks as files: nbformat 4.5 in the one spelling that keeps version control quiet. Keys
 * sorted, one space of indent, text split into lines, ids that never change, nothing about when.
 */
import { sha256Hex } from "../../lib/base/canonical.ts";
import type { MimeBundle, StreamName } from "../exec/messages.ts";

/** A notebook in memory: texts are joined; the file splits them into lines. */
export interface Notebook {
  readonly metadata: Metadata;
  readonly cells: readonly Cell[];
}

/** JSON that belongs to the user and to front ends; kept as it is. */
export type Metadata = Readonly<Record<string, unknown>>;

/** A cell; only code has outputs. */
export type Cell = CodeCell | TextCell;

/** Prose, or text that no front end interprets. */
export interface TextCell {
  readonly kind: "markdown" | "raw";
  readonly id: string;
  readonly metadata: Metadata;
  readonly source: string;
  readonly attachments?: Metadata;
}

/** Code with what its last execution has left. */
export interface CodeCell {
  readonly kind: "code";
  readonly id: string;
  readonly metadata: Metadata;
  readonly source: string;
  readonly executionCount: number | null;
  readonly outputs: readonly Output[];
}

/** One output of a cell. */
export type Output =
  | { readonly kind: "stream"; readonly name: StreamName; readonly text: string }
  | {
      readonly kind: "display_data" | "execute_result";
      readonly data: MimeBundle;
      readonly metadata: Metadata;
    }
  | {
      readonly kind: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** The tags of a cell, such as `parameters`. */
export function tagsOf(cell: Cell): readonly string[] {
  const tags = cell.metadata.tags;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** The id of a cell that has none: 8 hex digits of its place and text, so always the same. */
export function derivedId(index: number, source: string): string {
  return sha256Hex(`${index}\n${source}`).slice(0, 8);
}

/** The text of the file. */
export function formatNotebook(notebook: Notebook): string {
  const file = {
    cells: notebook.cells.map(cellJson),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(sortKeys(file), null, 1)}\n`;
}

/** SHA-256 of the text of the file, in hex. */
export function notebookDigest(notebook: Notebook): string {
  return sha256Hex(formatNotebook(notebook));
}

function cellJson(cell: Cell): object {
  const common = { id: cell.id, metadata: cell.metadata, source: splitLines(cell.source) };
  if (cell.kind !== "code") {
    const attachments = cell.attachments === undefined ? {} : { attachments: cell.attachments };
    return { cell_type: cell.kind, ...common, ...attachments };
  }
  const outputs = cell.outputs.map((output) => outputJson(output, cell.executionCount));
  return { cell_type: "code", ...common, execution_count: cell.executionCount, outputs };
}

function outputJson(output: Output, executionCount: number | null): object {
  switch (output.kind) {
    case "stream":
      return { output_type: "stream", name: output.name, text: splitLines(output.text) };
    case "display_data":
      return { output_type: output.kind, ...bundleJson(output) };
    case "execute_result":
      return {
        output_type: output.kind,
        ...bundleJson(output),
        execution_count: executionCount,
      };
    case "error": {
      const { ename, evalue, traceback } = output;
      return { output_type: "error", ename, evalue, traceback };
    }
  }
}

function bundleJson(output: { data: MimeBundle; metadata: Metadata }): object {
  const entries = Object.entries(output.data).map(([type, content]) => [
    type,
    typeof content === "string" && isSplit(type) ? splitLines(content) : content,
  ]);
  return { data: Object.fromEntries(entries), metadata: output.metadata };
}

/** The types whose text nbformat splits into lines; pictures in base64 stay whole. */
function isSplit(type: string): boolean {
  return type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript";
}

function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
