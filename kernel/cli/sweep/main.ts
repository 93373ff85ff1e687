/** From the arguments of a sweep command to its exit code. */
import { ShootdownError } from "../../../lib/base/messages.ts";
import { exitCode } from "../exitCode.ts";
import { readSweepArguments, type SweepArguments } from "./arguments.ts";
import { cell, worker } from "./compute.ts";
import { sweepHelp } from "./help.ts";
import { cancel, compactStore, exportResults, status, verifyCells } from "./inspect.ts";
import { resume, run } from "./run.ts";

/** Runs the command. Throws SD001…SD011 for what is wrong with it. */
export async function sweepMain(args: readonly string[]): Promise<number> {
  const read = readSweepArguments(args);
  if (read.help) {
    process.stdout.write(sweepHelp(args[0] === "sweep" ? "sweep" : read.command));
    return exitCode.ok;
  }
  const code = await performed(read);
  if (code === exitCode.interrupted) setTimeout(() => process.exit(), GRACE_MS).unref();
  return code;
}

/** Time after which what a server still holds does not keep an interrupted command. */
const GRACE_MS = 100;

async function performed(read: SweepArguments): Promise<number> {
  try {
    return await perform(read);
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    const code = CODES[error.code];
    if (code === undefined) throw error;
    process.stderr.write(`shootdown: ${error.message}\n`);
    return code;
  }
}

/** What is no mistake of the command line. */
const CODES: Readonly<Partial<Record<string, number>>> = {
  SD014: exitCode.failed,
  SD015: exitCode.interrupted,
};

async function perform(args: SweepArguments): Promise<number> {
  switch (args.command) {
    case "sweep run":
      return await run(args);
    case "sweep resume":
      return await resume(args);
    case "sweep status":
      return status(args);
    case "sweep verify":
      return await verifyCells(args);
    case "sweep cancel":
      return cancel(args);
    case "sweep export":
      return await exportResults(args);
    case "sweep compact":
      return compactStore(args);
    case "cell":
      return await cell(args);
    case "worker":
      return await worker(args);
  }
}
