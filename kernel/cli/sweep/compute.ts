/** `shootdown cell` and `shootdown worker`: what computes on behalf of others. */
import { invalid, missing } from "../../../lib/base/messages.ts";
import { runWorker } from "../../../lib/experiments/executors/bullmqWorker.ts";
import { runCell } from "../../../lib/experiments/executors/runCell.ts";
import { computeShare, type Share } from "../../../lib/experiments/sweep/shares.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { exitCode } from "../exitCode.ts";
import {
  flagOption,
  numberOption,
  requiredOption,
  type SweepArguments,
  textOption,
} from "./arguments.ts";
import { sweepOptions, tellStatus } from "./shared.ts";
import { StopRequest } from "./stopRequest.ts";

const STORE = "the folder of a sweep";
const LOCK_SECONDS = 30;

/** One cell, shown; or the missing cells of a share, stored. */
export async function cell(args: SweepArguments): Promise<number> {
  const folder = requiredOption(args, "store", STORE);
  const key = textOption(args, "key");
  const share = textOption(args, "share");
  if (key !== undefined) return showCell(SweepStore.open(folder), key);
  if (share === undefined) throw missing("--key or --share", "--share 0/4, or the key of a cell");
  const workers = numberOption(args, "workers") ?? 1;
  const options = sweepOptions(args, new StopRequest());
  const store = await computeShare(folder, readShare(share), workers, options);
  if (!flagOption(args, "quiet")) tellStatus(args, store);
  return exitCode.ok;
}

/** Computes a cell in this process and compares it with what is stored. */
function showCell(store: SweepStore, prefix: string): number {
  const found = store.cell(prefix);
  const text = runCell(found);
  process.stdout.write(`${text}\n`);
  const stored = store.rows.text(found.key);
  if (stored === undefined || stored === text) return exitCode.ok;
  process.stderr.write(`stored: ${stored}\n`);
  return exitCode.failed;
}

function readShare(text: string): Share {
  const [, index, of] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
  if (of === undefined) throw invalid("--share", text, "I/N, such as 0/4");
  return { index: Number(index), of: Number(of) };
}

/** Takes cells from a queue until it is told to stop. */
export async function worker(args: SweepArguments): Promise<number> {
  const { signal } = new StopRequest();
  const store = await runWorker({
    redis: requiredOption(args, "redis", "redis://HOST:PORT"),
    folder: requiredOption(args, "store", STORE),
    workers: numberOption(args, "workers") ?? 1,
    lockMs: 1_000 * (numberOption(args, "lock") ?? LOCK_SECONDS),
    untilDone: flagOption(args, "until-done"),
    signal,
  });
  if (!flagOption(args, "quiet")) tellStatus(args, store);
  return signal.aborted ? exitCode.interrupted : exitCode.ok;
}
