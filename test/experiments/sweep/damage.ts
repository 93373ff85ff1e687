/** What one flipped bit does to a store. */
import fs from "node:fs";
import path from "node:path";
import { ShootdownError } from "../../../lib/base/messages.ts";
import type { RandomStream } from "../../../lib/base/random.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";

/** What came of a number of flips. */
export interface Flips {
  readonly made: number;
  readonly detected: number;
  /** Rows that one flip cost, at most. */
  readonly lost: number;
  /** Rows that were not those of the whole store. */
  readonly wrong: number;
}

/** Flips `count` bits of the files of a whole store, one at a time. */
export function flipBits(folder: string, count: number, stream: RandomStream): Flips {
  const whole = rowsOf(folder);
  const files = fs.readdirSync(folder).filter((name) => name.endsWith("json"));
  let [detected, lost, wrong] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const file = path.join(folder, files[stream.below(files.length)]!);
    const undo = flip(file, stream.below(fs.statSync(file).size), stream.below(8));
    const found = look(folder, whole);
    undo();
    if (found.detected) detected++;
    lost = Math.max(lost, found.lost);
    wrong += found.wrong;
  }
  return { made: count, detected, lost, wrong };
}

function flip(file: string, offset: number, bit: number): () => void {
  const bytes = fs.readFileSync(file);
  const damaged = Buffer.from(bytes);
  damaged[offset]! ^= 1 << bit;
  fs.writeFileSync(file, damaged);
  return () => fs.writeFileSync(file, bytes);
}

function rowsOf(folder: string): ReadonlyMap<string, string> {
  const store = SweepStore.open(folder);
  return new Map(store.plan.cells.map(({ key }) => [key, store.rows.text(key) ?? ""]));
}

function look(
  folder: string,
  whole: ReadonlyMap<string, string>,
): { detected: boolean; lost: number; wrong: number } {
  try {
    const store = SweepStore.open(folder);
    const { damaged, torn } = store.status();
    const rows = store.plan.cells.map(({ key }) => [whole.get(key), store.rows.text(key)]);
    const kept = rows.filter(([, text]) => text !== undefined).length;
    const wrong = rows.filter(([right, text]) => text !== undefined && text !== right).length;
    return { detected: damaged + torn > 0, lost: whole.size - kept, wrong };
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    return { detected: true, lost: whole.size, wrong: 0 };
  }
}
