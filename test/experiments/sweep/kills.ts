/** Killing whoever coordinates a sweep, at any moment, until it is done. */
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { deriveStream, RandomStream } from "../../../lib/base/random.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { digestOf, killed, rowsIn, shootdown, writeModule } from "./processes.ts";

/** What came of it. */
export interface Kills {
  readonly made: number;
  /** Rows that were in the store after a kill and were not after the next one. */
  readonly lost: number;
  readonly digest: string;
}

/**
 * Runs a sweep whose coordinator, and with it its threads, is killed `times` times after at most
 * `latestMs`; where a sweep ends before that, the next one starts from nothing.
 */
export async function killOften(folder: string, times: number, latestMs: number): Promise<Kills> {
  const module = writeModule(folder);
  const stream = new RandomStream(deriveStream(11, "kills"));
  let [made, lost, sweeps, before] = [0, 0, 0, 0];
  const store = (): string => path.join(folder, `store${sweeps}`);
  while (made < times) {
    const run = shootdown("sweep", "run", module, "--store", store(), "--workers", "2", "--quiet");
    const ended = run.end.then(() => true);
    const early = await Promise.race([ended, setTimeout(stream.below(latestMs), false)]);
    if (early) {
      digestOf(store());
      sweeps++;
      before = 0;
      continue;
    }
    await killed(run);
    made++;
    const rows = rowsIn(store());
    lost += Math.max(0, before - rows);
    before = rows;
  }
  const { code, stderr } = await shootdown("sweep", "run", module, "--store", store()).end;
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return { made, lost, digest: SweepStore.open(store()).digest() };
}
