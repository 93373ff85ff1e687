/** `shootdown sweep status`, `verify`, `cancel` and `export`: what looks at a store. */
import { missing } from "../../../lib/base/messages.ts";
import { limitsFor } from "../../../lib/experiments/executors/limits.ts";
import { cancelSlurm, slurmTasksQueued } from "../../../lib/experiments/executors/slurm.ts";
import { threads } from "../../../lib/experiments/executors/threads.ts";
import { requestCancel } from "../../../lib/experiments/sweep/coordinate.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { type Verification, verify } from "../../../lib/experiments/sweep/verify.ts";
import { exitCode } from "../exitCode.ts";
import {
  flagOption,
  numberOption,
  operandOf,
  type SweepArguments,
  textOption,
} from "./arguments.ts";
import { givenLimits, tellStatus } from "./shared.ts";
import { StopRequest } from "./stopRequest.ts";

const FOLDER = "the folder of a sweep";
const VERIFIED = 10;

/** Says how far a sweep is. */
export function status(args: SweepArguments): number {
  const folder = operandOf(args, FOLDER);
  const queued = slurmTasksQueued(folder);
  const code = tellStatus(args, SweepStore.open(folder), queued === 0 ? {} : { queued });
  if (queued > 0 && !flagOption(args, "json")) {
    process.stdout.write(`${queued} tasks in the queue of Slurm\n`);
  }
  return code;
}

/** Computes some cells again and compares. */
export async function verifyCells(args: SweepArguments): Promise<number> {
  const store = SweepStore.open(operandOf(args, FOLDER));
  const workers = numberOption(args, "workers");
  const executor = threads(workers === undefined ? {} : { workers });
  const count = numberOption(args, "count") ?? VERIFIED;
  const { signal } = new StopRequest();
  const found = await verify(store, executor, count, {
    limits: limitsFor(executor, givenLimits(args)),
    signal,
    seed: numberOption(args, "seed") ?? 1,
  });
  if (flagOption(args, "json")) process.stdout.write(`${JSON.stringify(found)}\n`);
  else process.stdout.write(verificationText(found));
  if (found.different.length > 0) return exitCode.failed;
  if (signal.aborted) return exitCode.interrupted;
  return found.failed.length === 0 ? exitCode.ok : exitCode.partial;
}

function verificationText({ checked, different, failed }: Verification): string {
  const cut = failed.length === 0 ? "" : `, ${failed.length} could not be`;
  const lines = [
    `${checked} cells computed again, ${different.length} differ${cut}`,
    ...different.map((key) => `cell ${key} comes out differently`),
    ...failed.map((key) => `cell ${key} failed this time`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Asks everybody who computes for the folder to stop. */
export function cancel(args: SweepArguments): number {
  const folder = operandOf(args, FOLDER);
  const store = SweepStore.open(folder);
  requestCancel(folder);
  cancelSlurm(folder);
  tellStatus(args, store);
  return exitCode.ok;
}

/** Merges segments. */
export function compactStore(args: SweepArguments): number {
  const store = SweepStore.open(operandOf(args, FOLDER));
  const { segments, rows } = store.compact();
  tellStatus(args, store, { segments, rows });
  return exitCode.ok;
}

/** Writes the table into files. */
export async function exportResults(args: SweepArguments): Promise<number> {
  const store = SweepStore.open(operandOf(args, FOLDER));
  const [parquet, arrow, csv] = ["parquet", "arrow", "csv"].map((name) => textOption(args, name));
  if (parquet === undefined && arrow === undefined && csv === undefined) {
    throw missing("file", "--parquet FILE, --arrow FILE or --csv FILE");
  }
  if (parquet !== undefined) await store.toParquet(parquet);
  if (arrow !== undefined) store.toArrow(arrow);
  if (csv !== undefined) store.toCsv(csv);
  tellStatus(args, store);
  return exitCode.ok;
}
