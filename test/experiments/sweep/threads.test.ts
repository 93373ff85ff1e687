import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { sha256Hex } from "../../../lib/base/canonical.ts";
import type { CellLimits, Executor } from "../../../lib/experiments/executors/executor.ts";
import { DEFAULT_LIMITS } from "../../../lib/experiments/executors/executor.ts";
import { readOutcome } from "../../../lib/experiments/store/outcome.ts";
import type { CellTask } from "../../../lib/experiments/sweep/cell.ts";
import { MEASURES } from "../../../lib/experiments/sweep/measures.ts";
import { sweep as inThisProcess } from "../../../lib/experiments/sweep/sweep.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { built, builtFolder } from "../../kernel/build.ts";
import { newFolder } from "./folders.ts";
import { rowsIn, until } from "./processes.ts";
import { axes, build } from "./sweeps.ts";

type Threads = typeof import("../../../lib/experiments/executors/threads.ts");
type Sweep = typeof import("../../../lib/experiments/sweep/sweep.ts");

let threads: Threads["threads"];
let sweep: Sweep["sweep"];
beforeAll(async () => {
  ({ threads } = await built<Threads>("lib/experiments/executors/threads.ts"));
  ({ sweep } = await built<Sweep>("lib/experiments/sweep/sweep.ts"));
});

/** Tasks that `faultyCells` understands: it looks at the seed only. */
function tasks(...seeds: number[]): CellTask[] {
  const part = { id: "", text: "" };
  const parts = { backend: part, linux: part, machine: part, workload: part };
  return seeds.map((seed) => ({ key: sha256Hex(`${seed}`), seed, parts, cost: 1 }));
}

function faulty(workers: number): Executor {
  return threads({ workers, file: path.join(import.meta.dirname, "faultyCells.mjs") });
}

/** How each cell ended, by seed. */
async function ends(
  cells: readonly CellTask[],
  limits: Partial<CellLimits> = {},
  workers = 2,
): Promise<Record<number, unknown>> {
  const texts = new Map<string, string>();
  await faulty(workers).run({
    cells,
    limits: { ...DEFAULT_LIMITS, ...limits },
    folder: undefined,
    signal: new AbortController().signal,
    emit: (text) => texts.set(readOutcome(text).key, text),
  });
  return Object.fromEntries(
    cells.map(({ key, seed }) => {
      const { row, problem } = readOutcome(texts.get(key)!);
      return [seed, problem?.kind ?? row?.ipis];
    }),
  );
}

describe("threads", () => {
  test("give the bytes that one process gives, however many there are", async () => {
    const digests = new Set<string>();
    for (const workers of [0, 1, 2, 4]) {
      const store = newFolder();
      if (workers === 0) await inThisProcess(axes, build, { executor: "in-process", store });
      else await sweep(axes, build, { workers, store });
      digests.add(SweepStore.open(store).digest());
    }
    expect(digests.size).toBe(1);
  });

  test("compute everything once, also cells that travel together", async () => {
    const seeds = Array.from({ length: 95 }, (_, i) => 200 + 10 * i);
    const found = await ends(tasks(...seeds));
    expect(Object.values(found)).toEqual(seeds);
  });

  test("keep what a thread has measured before it ends, and do not compute it again", async () => {
    const log = path.join(newFolder(), "log");
    const columns = path.join(builtFolder(), "lib/experiments/executors/sharedColumns.js");
    process.env.SHARED_COLUMNS = pathToFileURL(columns).href;
    process.env.SHARED_MEASURES = MEASURES.join();
    process.env.SHARED_LOG = log;
    const seeds = Array.from({ length: 60 }, (_, i) => 2_000 + 10 * i);
    // The last cell of a message of several.
    const found = await ends(tasks(...seeds, 101), { attempts: 1 }, 1);
    expect(found).toEqual({
      ...Object.fromEntries(seeds.map((seed) => [seed, seed])),
      101: "exit",
    });
    const computed = fs.readFileSync(log, "utf8").trimEnd().split("\n").map(Number);
    expect(computed).toEqual(seeds);
  });

  test("report cells that end their thread, or compute for too long", async () => {
    const found = await ends(tasks(200, 101, 201, 102, 202), { timeoutMs: 500 });
    expect(found).toEqual({ 101: "exit", 102: "timeout", 200: 200, 201: 201, 202: 202 });
  });

  test("give each cell its time, also cells that travel together", async () => {
    const seeds = Array.from({ length: 40 }, (_, i) => 209 + 10 * i);
    const started = performance.now();
    const found = await ends(tasks(...seeds, 102), { timeoutMs: 1_000, attempts: 1 }, 1);
    expect(found).toEqual({
      ...Object.fromEntries(seeds.map((seed) => [seed, seed])),
      102: "timeout",
    });
    // Once among ten cells, and once alone.
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  test("report cells that need too much memory", async () => {
    const found = await ends(tasks(200, 103, 201), { memoryMb: 32 });
    expect(found).toEqual({ 103: "memory", 200: 200, 201: 201 });
  });

  test("that are broken themselves end the sweep", async () => {
    await expect(ends(tasks(200, 104, 201))).rejects.toThrow("the thread itself is broken");
    const missing = threads({ workers: 1, file: "/nowhere/cells.mjs" });
    const work = {
      cells: tasks(200),
      limits: DEFAULT_LIMITS,
      folder: undefined,
      signal: new AbortController().signal,
      emit: () => undefined,
    };
    await expect(missing.run(work)).rejects.toThrow("nowhere");
  });

  test("stop within a second of the signal, whatever the cells do, and work again", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 500);
    const texts: string[] = [];
    await faulty(2).run({
      cells: tasks(200, 102, 201),
      limits: DEFAULT_LIMITS,
      folder: undefined,
      signal: controller.signal,
      emit: (text) => texts.push(text),
    });
    expect(texts).toHaveLength(2);
    expect(await ends(tasks(300))).toEqual({ 300: 300 });
  });
});

describe("a sweep with failed cells", () => {
  test("has rows that say why and how to see it again", async () => {
    const store = newFolder();
    const options = { store, executor: faulty(2), timeoutMs: 300, attempts: 1 };
    const seeds = { ...axes, cpus: [8], seed: [1, 101, 102] };
    const table = await sweep(seeds, build, { ...options, baseline: { linux: "mainline" } });
    const mainline = table.objects().slice(0, 3) as Record<string, unknown>[];
    const [fine, exited, late] = mainline;
    expect(fine).toMatchObject({ seed: 1, ipis: 1, ipis_saved: 0, error: null, replay: null });
    expect(exited).toMatchObject({
      seed: 101,
      ipis: null,
      ipis_saved: null,
      error: "exit: ended its worker with code 3",
    });
    expect(late).toMatchObject({ seed: 102, error: "timeout: took longer than 300 ms" });
    const { key } = SweepStore.open(store).plan.cells[1]!;
    expect(exited!.replay).toBe(`shootdown cell --store ${store} --key ${key.slice(0, 16)}`);
    expect(SweepStore.open(store).status()).toMatchObject({ done: 2, failed: 4, missing: 0 });
  });

  test("computes them again when it is asked to, and keeps rows", async () => {
    const store = newFolder();
    const seeds = { ...axes, cpus: [8], seed: [1, 101] };
    await sweep(seeds, build, { store, executor: faulty(1), attempts: 1 });
    const unchanged = await sweep(seeds, build, { store, executor: faulty(1) });
    expect(unchanged.array("error")).toContain("exit: ended its worker with code 3");
    const again = await sweep(seeds, build, { store, workers: 1, retryFailed: true });
    expect(again.array("error")).toEqual([null, null, null, null]);
    // Rows are not computed again: these are still those of the threads above.
    expect(again.array("ipis")).toContain(1);
  });
});

test("an interrupted sweep keeps what is done and says how to go on", async () => {
  const store = newFolder();
  const controller = new AbortController();
  // Two of three threads never come back, and the third one computes the rest.
  const abort = until(() => rowsIn(store) === 6).then(() => controller.abort());
  const seeds = { ...axes, cpus: [8], seed: [1, 2, 3, 102] };
  const stopped = sweep(seeds, build, {
    store,
    executor: faulty(3),
    signal: controller.signal,
  });
  await expect(stopped).rejects.toThrow(
    `SD015: interrupted after 6 of 8 cells; kept in ${store}, to go on: ` +
      `shootdown sweep resume ${store}`,
  );
  await abort;
  expect(SweepStore.open(store).status()).toMatchObject({ done: 6, missing: 2 });
});
