/** A store of 100,000 rows, none of which was simulated: what its exports hold. */
import fs from "node:fs";
import path from "node:path";
import { parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import { deriveStream, RandomStream } from "../../../lib/base/random.ts";
import { rowText } from "../../../lib/experiments/store/outcome.ts";
import { provenance } from "../../../lib/experiments/store/provenance.ts";
import { MEASURES } from "../../../lib/experiments/sweep/measures.ts";
import { planSweep } from "../../../lib/experiments/sweep/sweep.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { scene } from "../scenes.ts";
import { newFolder } from "./folders.ts";
import { axes } from "./sweeps.ts";

const SEEDS = 25_000;

function largeStore(folder: string): SweepStore {
  const seed = Array.from({ length: SEEDS }, (_, i) => i);
  const machines = new Map(axes.cpus.map((cpus) => [cpus, scene.machine.withCpus(cpus)]));
  const plan = planSweep(
    { ...axes, seed },
    ({ cpus, linux, seed }) => ({ ...scene, machine: machines.get(cpus)!, linux, seed }),
    { baseline: { linux: "mainline" } },
  );
  const store = SweepStore.create(folder, plan);
  const stream = new RandomStream(deriveStream(14, "rows"));
  store.rows.write(provenance("test"), "end");
  for (const { key } of plan.cells) {
    const row = Object.fromEntries(MEASURES.map((name) => [name, someValue(name, stream)]));
    store.rows.append(rowText(key, row));
  }
  store.rows.close();
  return SweepStore.open(folder);
}

/** Whole and broken numbers of every size, and now and then none. */
function someValue(name: string, stream: RandomStream): string | number | null {
  if (name === "result_digest")
    return stream
      .below(2 ** 31)
      .toString(16)
      .padStart(16, "0");
  const kind = stream.below(8);
  if (kind === 0 && name.startsWith("gup_fast")) return null;
  if (kind === 1) return stream.below(2 ** 31) * 2 ** 20;
  return kind < 4 ? stream.below(2 ** 31) / 7 : stream.below(1_000);
}

test("100,000 rows come back from Parquet in hyparquet and in DuckDB, value by value", async () => {
  const folder = newFolder();
  const store = largeStore(path.join(folder, "store"));
  const table = store.table();
  expect(table.numRows()).toBe(4 * SEEDS);
  const file = path.join(folder, "large.parquet");
  await store.toParquet(file);
  const bytes = fs.readFileSync(file);
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const read = await parquetReadObjects({ file: whole as ArrayBuffer });
  const queried = await store.sql("SELECT * FROM results");
  expect([read.length, queried.numRows()]).toEqual([4 * SEEDS, 4 * SEEDS]);
  for (const name of table.columnNames()) {
    const values = table.array(name) as ArrayLike<unknown>;
    const other = queried.array(name) as ArrayLike<unknown>;
    const wrong = read.findIndex((row, i) => row[name] !== values[i] || other[i] !== values[i]);
    expect([name, wrong]).toEqual([name, -1]);
  }
});
