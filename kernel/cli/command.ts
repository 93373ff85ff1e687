/** A command with its own arguments: help and version are the same for all of them. */
import { exitCode } from "./exitCode.ts";
import { packageVersion } from "./packageVersion.ts";
import { commonOptions, type KnownOptions, type ReadOptions, readOptions } from "./readOptions.ts";

/** What a command is made of. */
export interface Command {
  readonly help: string;
  /** Options besides --help, --version and --json. */
  readonly options: KnownOptions;
  /** Does it and returns the exit code. */
  readonly perform: (read: ReadOptions) => Promise<number>;
}

/** Runs a command with the arguments behind its name. Throws SD001…SD003 for what is wrong. */
export async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  const read = readOptions(args, { ...command.options, ...commonOptions });
  if (read.values.help === true) {
    process.stdout.write(command.help);
    return exitCode.ok;
  }
  if (read.values.version === true) {
    process.stdout.write(`shootdown ${packageVersion()}\n`);
    return exitCode.ok;
  }
  return await command.perform(read);
}

/** Prints the result: one line of JSON where --json asks for it, else the text. */
export function tellResult({ values }: ReadOptions, result: object, text: string): void {
  process.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : text);
}
