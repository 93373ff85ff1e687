/**
 * The measured runs of a lab: a CSV file with one line per run and interrupt row.
 * The columns are those that `make_data.py` of the lab writes.
 */
import { checkKeys, checkOneOf, checkString } from "../base/check.ts";
import { malformed, ShootdownError } from "../base/messages.ts";
import { type CsvRecord, csvRecords } from "./csv.ts";
import { type LabLine, labLineReader } from "./labRow.ts";
import { type LabRun, RunGroup } from "./labRun.ts";
import { fileChunks } from "./lines.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";

type LineReader = (fields: readonly string[]) => LabLine;

/** What to do with a line that cannot be read: throw SD006 with its number (default), or go on. */
export interface LabOptions {
  readonly malformed?: "throw" | "skip";
}

/** Runs in the order of the file, read while they are iterated; each iteration starts anew. */
export class LabRuns implements Iterable<LabRun> {
  readonly #chunks: () => Iterable<string>;
  readonly #strict: boolean;
  #skipped = new SkipCounter();

  constructor(chunks: () => Iterable<string>, options: LabOptions = {}) {
    checkKeys("labCsv", options, ["malformed"]);
    this.#chunks = chunks;
    this.#strict =
      checkOneOf("malformed", options.malformed ?? "throw", ["throw", "skip"]) === "throw";
  }

  /** Lines that the latest iteration passed over; only blank ones unless `malformed` is "skip". */
  get skipped(): SkippedLines[] {
    return this.#skipped.list();
  }

  /** Throws SD006 for a bad header and, unless told to skip, for a bad line, with its number. */
  *[Symbol.iterator](): Generator<LabRun, void, undefined> {
    this.#skipped = new SkipCounter();
    let read: LineReader | undefined;
    let group: RunGroup | undefined;
    for (const record of csvRecords(this.#chunks())) {
      if (read === undefined) {
        read = labLineReader(record.fields);
        continue;
      }
      const line = this.#tolerate(record, read, group);
      if (line === undefined) continue;
      if (group?.holds(line) === true) group.add(line);
      else {
        if (group !== undefined) yield group.finish();
        group = new RunGroup(line);
      }
    }
    if (read === undefined) throw malformed("lab data", "", "a header line");
    if (group !== undefined) yield group.finish();
  }

  /** The parsed line, or undefined when it is blank, or malformed and may be skipped. */
  #tolerate(record: CsvRecord, read: LineReader, group?: RunGroup): LabLine | undefined {
    if (record.text.trim() === "") {
      this.#skipped.add("blank line", record.line, "");
      return undefined;
    }
    try {
      if (record.problem !== undefined) throw malformed("record", record.text, record.problem);
      const line = read(record.fields);
      group?.check(line);
      return line;
    } catch (error) {
      if (!(error instanceof ShootdownError)) throw error;
      if (this.#strict) throw atLine(record.line, error);
      this.#skipped.add(`malformed ${error.field}`, record.line, record.text);
      return undefined;
    }
  }
}

/** Readers of the lab's `data.csv`. */
export const labCsv: {
  /** Runs in a text. */
  readonly parse: (text: string, options?: LabOptions) => LabRuns;
  /** Runs in a UTF-8 file, in bounded memory; SD011 while iterating when it cannot be read. */
  readonly read: (path: string, options?: LabOptions) => LabRuns;
} = Object.freeze({ parse, read });

function parse(text: string, options?: LabOptions): LabRuns {
  checkString("lab data", text);
  return new LabRuns(() => [text], options);
}

function read(path: string, options?: LabOptions): LabRuns {
  checkString("path", path);
  return new LabRuns(() => fileChunks(path), options);
}

function atLine(line: number, error: ShootdownError): Error {
  return malformed(`line ${line}, ${error.field}`, String(error.value), error.expected ?? "");
}
