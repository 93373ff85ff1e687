/** `shootdown sweep status`, `verify`, `cancel` and `export`: what looks at a store. */
import { missing } from "../../../lib/base/messages.ts";
import { cancelSlurm, slurmTasksQueued } from "../../../lib/experiments/executors/slurm.ts";
import { threads } from "../../../lib/experiments/executors/threads.ts";
import { requestCancel } from "../../../lib/experiments/sweep/coordinate.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { verify } from "../../../lib/experiments/sweep/verify.ts";
import { exitCode } from "../exitCode.ts";
import {
  flagOption,
  numberOption,
  operandOf,
  type SweepArguments,
  textOption,
} from "./arguments.ts";
import { limitsOf, stopSignal, tellStatus } from "./shared.ts";

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
  const { checked, different } = await verify(store, executor, count, {
    limits: limitsOf(args),
    signal: stopSignal(),
    seed: numberOption(args, "seed") ?? 1,
  });
  if (flagOption(args, "json")) {
    process.stdout.write(`${JSON.stringify({ checked, different })}\n`);
  } else {
    const lines = different.map((key) => `cell ${key} comes out differently\n`);
    process.stdout.write(`${checked} cells computed again, ${different.length} differ\n`);
    process.stdout.write(lines.join(""));
  }
  return different.length === 0 ? exitCode.ok : exitCode.failed;
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
