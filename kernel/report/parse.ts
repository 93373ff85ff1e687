/** Reads notebook files, and says where they are not notebooks. */
import { malformed, show } from "../../lib/base/messages.ts";
import type { MimeBundle } from "../exec/messages.ts";
import type { Cell, Metadata, Notebook, Output } from "./notebook.ts";
import { derivedId } from "./notebook.ts";

/**
 * Parses the text of a notebook of nbformat 4; cells without id get one. `name` is the file as
 * errors call it. Throws SD006 with the path of the first thing that is wrong.
 */
export function parseNotebook(text: string, name: string): Notebook {
  return new NotebookReader(name).read(text);
}

type Json = Readonly<Record<string, unknown>>;

class NotebookReader {
  private readonly name: string;
  private readonly ids = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  read(text: string): Notebook {
    const file = this.object(this.json(text), "");
    if (file.nbformat !== 4) this.fail("nbformat", file.nbformat, "4");
    const cells = this.array(file.cells, "cells");
    return {
      metadata: withoutVersion(this.object(file.metadata, "metadata")),
      cells: cells.map((cell, index) => this.cell(cell, index)),
    };
  }

  private json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      return this.fail("", (error as Error).message, "JSON");
    }
  }

  private cell(value: unknown, index: number): Cell {
    const at = `cells[${index}]`;
    const cell = this.object(value, at);
    const source = this.text(cell.source, `${at}.source`);
    const { execution: _timing, ...metadata } = this.object(cell.metadata, `${at}.metadata`);
    const common = { id: this.id(cell.id, index, source), metadata, source };
    const kind = cell.cell_type;
    if (kind === "markdown" || kind === "raw") {
      const attachments = cell.attachments;
      if (attachments === undefined) return { kind, ...common };
      return { kind, ...common, attachments: this.object(attachments, `${at}.attachments`) };
    }
    if (kind !== "code") this.fail(`${at}.cell_type`, kind, "code, markdown or raw");
    const outputs = this.array(cell.outputs, `${at}.outputs`);
    return {
      kind: "code",
      ...common,
      executionCount: this.count(cell.execution_count, `${at}.execution_count`),
      outputs: outputs.map((output, place) => this.output(output, `${at}.outputs[${place}]`)),
    };
  }

  /** Ids are kept; a missing one is derived, and so is the second of two that are the same. */
  private id(found: unknown, index: number, source: string): string {
    const usable = typeof found === "string" && /^[\w-]{1,64}$/.test(found);
    if (found !== undefined && !usable) {
      this.fail(`cells[${index}].id`, found, "1…64 letters, digits, - or _");
    }
    const id = usable && !this.ids.has(found) ? found : derivedId(index, source);
    this.ids.add(id);
    return id;
  }

  private output(value: unknown, at: string): Output {
    const output = this.object(value, at);
    const kind = output.output_type;
    if (kind === "stream") {
      const name = output.name;
      if (name !== "stdout" && name !== "stderr") this.fail(`${at}.name`, name, "stdout or stderr");
      return { kind, name, text: this.text(output.text, `${at}.text`) };
    }
    if (kind === "display_data" || kind === "execute_result") {
      const metadata = this.object(output.metadata, `${at}.metadata`);
      return { kind, data: this.bundle(output.data, `${at}.data`), metadata };
    }
    if (kind !== "error") {
      const expected = "stream, display_data, execute_result or error";
      this.fail(`${at}.output_type`, kind, expected);
    }
    return {
      kind: "error",
      ename: this.text(output.ename, `${at}.ename`),
      evalue: this.text(output.evalue, `${at}.evalue`),
      traceback: this.lines(output.traceback, `${at}.traceback`),
    };
  }

  private bundle(value: unknown, at: string): MimeBundle {
    const entries = Object.entries(this.object(value, at)).map(([type, content]) => {
      const isJson = type === "application/json" || type.endsWith("+json");
      return [type, isJson ? content : this.text(content, `${at}["${type}"]`)];
    });
    return Object.fromEntries(entries) as MimeBundle;
  }

  private count(value: unknown, at: string): number | null {
    if (value === null || value === undefined) return null;
    if (!Number.isInteger(value)) this.fail(at, value, "an integer or null");
    return value as number;
  }

  private text(value: unknown, at: string): string {
    if (typeof value === "string") return value;
    return this.lines(value, at).join("");
  }

  private lines(value: unknown, at: string): string[] {
    const lines = this.array(value, at);
    const odd = lines.findIndex((line) => typeof line !== "string");
    if (odd >= 0) this.fail(`${at}[${odd}]`, lines[odd], "a string");
    return lines as string[];
  }

  private array(value: unknown, at: string): readonly unknown[] {
    return Array.isArray(value) ? value : this.fail(at, value, "an array");
  }

  private object(value: unknown, at: string): Json {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Json) : this.fail(at, value, "an object");
  }

  private fail(at: string, found: unknown, expected: string): never {
    const where = at === "" ? this.name : `${this.name}: ${at}`;
    throw malformed(where, typeof found === "string" ? found : show(found), expected);
  }
}

/** The version of the language says which kernel ran last, not what the notebook is. */
function withoutVersion(metadata: Json): Metadata {
  const language = metadata.language_info;
  if (typeof language !== "object" || language === null) return metadata;
  const { version: _version, ...kept } = language as Json;
  return { ...metadata, language_info: kept };
}
