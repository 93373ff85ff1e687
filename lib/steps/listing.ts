/** A program as text: one step a line, in kernel words. */
import type { Program, Step } from "./instructions.ts";
import { bodiesOf, handlersOf } from "./walk.ts";
import { wordsOf } from "./words.ts";

/** What a listing shows beside the steps. */
export interface ListingOptions {
  /** The name of each step in a right-hand column, as `without(name)` takes it. */
  names?: boolean;
  /** The handlers that the program sends to other CPUs, after it. Default true. */
  handlers?: boolean;
}

/** The listing of a program and of the handlers it sends to other CPUs. */
export function listing(program: Program, options: ListingOptions = {}): string {
  const programs = options.handlers === false ? [program] : [program, ...handlersOf(program)];
  return programs.map((one) => listOne(one, options)).join("\n");
}

function listOne(program: Program, options: ListingOptions): string {
  const head = `${program.name}(${program.params.join(", ")})`;
  const lines: Line[] = [];
  collect(program.steps, 1, lines);
  const width = Math.max(...lines.map((line) => line.text.length), 0) + 2;
  const body = lines.map(({ text, name }) =>
    options.names && name !== "" ? `${text.padEnd(width)}[${name}]` : text,
  );
  return [head, ...(body.length === 0 ? ["    /* nothing */"] : body), ""].join("\n");
}

interface Line {
  text: string;
  name: string;
}

function collect(steps: readonly Step[], depth: number, lines: Line[]): void {
  const indent = "    ".repeat(depth);
  for (const step of steps) {
    lines.push({ text: indent + wordsOf(step), name: step.name ?? "" });
    const [first, second] = bodiesOf(step);
    if (first !== undefined) collect(first, depth + 1, lines);
    if (second !== undefined) {
      lines.push({ text: `${indent}else`, name: "" });
      collect(second, depth + 1, lines);
    }
  }
}
