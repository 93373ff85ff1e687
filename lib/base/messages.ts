/**
 * Every error the library throws, with its code. The vocabulary is closed: new texts are added
 * here, and docs/errors.md explains each code (cause, and what to do).
 */
import { nearest } from "./nearest.ts";

/** Codes of {@link ShootdownError}, stable across versions. */
export type ErrorCode =
  | "SD001" // invalid value of a known field
  | "SD002" // unknown name
  | "SD003" // missing field
  | "SD004" // a combination that Linux or the hardware cannot have
  | "SD005" // workload larger than the machine
  | "SD006" // malformed input text
  | "SD007" // malformed program
  | "SD008" // a run that cannot make progress
  | "SD009" // unknown column
  | "SD010" // a chart that would carry too many marks
  | "SD011" // unsafe or unreadable resource
  | "SD012" // data that was not recorded
  | "SD013" // notebook failure
  | "SD014" // two results of one cell
  | "SD015"; // a sweep that was interrupted

/**
 * The only error class of the library. `message` is complete on its own; the fields let a program
 * react: `code`, the `field` that is wrong, the `value` found, what was `expected`, the `nearest`
 * valid name.
 */
export class ShootdownError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly value: unknown;
  readonly expected: string | undefined;
  readonly nearest: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(`${code}: ${message}`);
    this.name = "ShootdownError";
    this.code = code;
    this.field = details.field;
    this.value = details.value;
    this.expected = details.expected;
    this.nearest = details.nearest;
  }
}

/** Machine-readable part of a {@link ShootdownError}. */
export interface ErrorDetails {
  field?: string | undefined;
  value?: unknown;
  expected?: string | undefined;
  nearest?: string | undefined;
}

/** `invalid cpus: 0 (expected 1…4096)` */
export function invalid(field: string, value: unknown, expected: string): ShootdownError {
  return new ShootdownError("SD001", `invalid ${field}: ${show(value)} (expected ${expected})`, {
    field,
    value,
    expected,
  });
}

/** `unknown release: "7.9" (expected 6.1, 6.12, 7.2 or 7.3; did you mean "7.2"?)` */
export function unknownName(kind: string, name: unknown, known: readonly string[]): ShootdownError {
  const close = nearest(String(name), known);
  const hint = close === undefined ? "" : `; did you mean ${show(close)}?`;
  const expected = known.join(", ");
  return new ShootdownError(
    "SD002",
    `unknown ${kind}: ${show(name)} (expected ${expected}${hint})`,
    { field: kind, value: name, expected, nearest: close },
  );
}

/** `missing machine (expected a machine built by sd.machine)` */
export function missing(field: string, expected: string): ShootdownError {
  return new ShootdownError("SD003", `missing ${field} (expected ${expected})`, {
    field,
    expected,
  });
}

/** A combination that Linux or the hardware cannot have, with the reason. */
export function impossible(field: string, value: unknown, reason: string): ShootdownError {
  return new ShootdownError("SD004", `impossible ${field}: ${show(value)}: ${reason}`, {
    field,
    value,
    expected: reason,
  });
}

/** A workload that needs more CPUs (or other room) than the machine has. */
export function tooLarge(field: string, value: unknown, limit: string): ShootdownError {
  return new ShootdownError("SD005", `${field} does not fit: ${show(value)} (expected ${limit})`, {
    field,
    value,
    expected: limit,
  });
}

/** Malformed input text: where, what was found, what was expected. */
export function malformed(where: string, found: string, expected: string): ShootdownError {
  return new ShootdownError("SD006", `malformed ${where}: ${show(found)} (expected ${expected})`, {
    field: where,
    value: found,
    expected,
  });
}

/** A step program that breaks the rules of the instruction set. */
export function badProgram(program: string, problem: string): ShootdownError {
  return new ShootdownError("SD007", `program ${program}: ${problem}`, { field: program });
}

/** A run in which nothing can happen any more although work is left. */
export function stuck(what: string, detail: string): ShootdownError {
  return new ShootdownError("SD008", `${what} cannot make progress: ${detail}`, { field: what });
}

/** `unknown column: ipi_saved (did you mean ipis_saved?)` */
export function unknownColumn(name: string, columns: readonly string[]): ShootdownError {
  const close = nearest(name, columns);
  const hint = close === undefined ? `expected ${columns.join(", ")}` : `did you mean ${close}?`;
  return new ShootdownError("SD009", `unknown column: ${name} (${hint})`, {
    field: name,
    value: name,
    expected: columns.join(", "),
    nearest: close,
  });
}

/** A chart with more marks than a notebook can carry. */
export function tooManyMarks(marks: number, limit: number): ShootdownError {
  return new ShootdownError(
    "SD010",
    `the chart would draw ${marks} marks (expected at most ${limit}): group or bin the table first`,
    { field: "marks", value: marks, expected: `at most ${limit}` },
  );
}

/** A resource that may not be loaded, or cannot be read. */
export function refused(what: string, value: unknown, reason: string): ShootdownError {
  return new ShootdownError("SD011", `${what} refused: ${show(value)} (${reason})`, {
    field: what,
    value,
    expected: reason,
  });
}

/** `trace was not recorded (expected simulate({ …, trace: 10_000 }))` */
export function notRecorded(what: string, howToRecord: string): ShootdownError {
  return new ShootdownError("SD012", `${what} was not recorded (expected ${howToRecord})`, {
    field: what,
    expected: howToRecord,
  });
}

/** A notebook that could not be run. */
export function notebookFailed(where: string, problem: string): ShootdownError {
  return new ShootdownError("SD013", `${where}: ${problem}`, { field: where });
}

/** Two results of one cell, which a deterministic computation cannot have. Both are kept. */
export function conflict(
  cell: string,
  files: readonly string[],
  texts: readonly string[],
): ShootdownError {
  const where = [...new Set(files)].join(" and ");
  return new ShootdownError(
    "SD014",
    `two results of cell ${cell.slice(0, 16)}, in ${where}: ${texts.map(show).join(" and ")}`,
    { field: "cell", value: cell, expected: "one result" },
  );
}

/** A sweep that was stopped before its end; what is done is kept where it says. */
export function interrupted(done: number, total: number, how: string): ShootdownError {
  return new ShootdownError("SD015", `interrupted after ${done} of ${total} cells; ${how}`, {
    field: "sweep",
    value: done,
    expected: how,
  });
}

/** A short, one-line rendering of any value for a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(clip(value));
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return clip(JSON.stringify(value) ?? String(value));
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
