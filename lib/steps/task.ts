import type { Program } from "./instructions.ts";

/** A program given to a CPU, with the values of its parameters. */
export interface Task {
  readonly cpu: number;
  readonly program: Program;
  readonly args: Readonly<Record<string, number>>;
}
