import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CellHost, cellHostSymbol } from "../../../lib/base/cellHost.ts";
import { GiB } from "../../../lib/base/units.ts";
import { runCell } from "../../../lib/experiments/executors/runCell.ts";
import { simulate } from "../../../lib/experiments/simulate.ts";
import type { SweepProgress } from "../../../lib/experiments/sweep/progress.ts";
import { planSweep, sweep } from "../../../lib/experiments/sweep/sweep.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { collapse } from "../../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../../lib/workloads/gupFastHammer.ts";
import { together } from "../../../lib/workloads/together.ts";
import { scene } from "../scenes.ts";
import { axes, build, column } from "./sweeps.ts";

const executor = "in-process";
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "shootdown-sweep-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

test("one row for each combination, each that of the run alone", async () => {
  const table = await sweep(axes, build, { executor, baseline: { linux: "mainline" } });
  expect(column(table, "cpus")).toEqual([8, 8, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16]);
  expect(column(table, "linux").slice(0, 6)).toEqual([
    ...["mainline", "mainline", "mainline", "targeted", "targeted", "targeted"],
  ]);
  expect(column(table, "seed").slice(0, 6)).toEqual([1, 2, 3, 1, 2, 3]);
  const points = axes.cpus.flatMap((cpus) =>
    Object.values(axes.linux).flatMap((linux) => axes.seed.map((seed) => ({ cpus, linux, seed }))),
  );
  for (const name of ["cal", "gup_fast_ns_mean", "duration_ns", "workload"]) {
    const alone = points.map((point) => simulate(build(point)).summaryRow()[name]);
    expect(column(table, name)).toEqual(alone);
  }
  const ipis = column(table, "ipis") as number[];
  expect(column(table, "ipis_saved").slice(3, 6)).toEqual(
    [0, 1, 2].map((i) => ipis[i]! - ipis[i + 3]!),
  );
  expect(new Set(column(table, "ipis_ci95").slice(0, 3)).size).toBe(1);
  expect(column(table, "error").every((error) => error === null)).toBe(true);
});

test("a full store gives the same table and computes nothing", async () => {
  const states: SweepProgress[] = [];
  const onProgress = (progress: SweepProgress): unknown => states.push(progress);
  const options = { executor, store: folder, baseline: { linux: "mainline" } } as const;
  const first = await sweep(axes, build, options);
  const second = await sweep(axes, build, { ...options, onProgress });
  expect(second.objects()).toEqual(first.objects());
  expect(states.at(-1)).toMatchObject({ state: "done", done: 12, resumed: 12, perSecond: null });
  expect(SweepStore.open(folder).table().objects()).toEqual(first.objects());
});

test("an interrupted notebook cell stops the sweep, and no cell of it has failed", async () => {
  const controller = new AbortController();
  const holder = globalThis as { [cellHostSymbol]?: Partial<CellHost> };
  let shown = 0;
  holder[cellHostSymbol] = {
    signal: controller.signal,
    display: () => {
      shown++;
      controller.abort(new Error("interrupted"));
    },
  };
  try {
    const stopped = sweep(axes, build, { executor, store: folder });
    await expect(stopped).rejects.toThrow(/^SD015: interrupted after 0 of 12 cells; kept in/);
  } finally {
    delete holder[cellHostSymbol];
  }
  expect(shown).toBeGreaterThan(0);
  expect(SweepStore.open(folder).status()).toMatchObject({ done: 0, failed: 0, missing: 12 });
  await sweep(axes, build, { executor, store: folder });
  expect(SweepStore.open(folder).status()).toMatchObject({ done: 12, failed: 0 });
});

test("a cell that is interrupted while it runs has no outcome", () => {
  const { cells } = planSweep({ bytes: [GiB(8)] }, ({ bytes }) => ({
    ...scene,
    machine: scene.machine.withCpus(64),
    workload: together(collapse({ bytes }), gupFastHammer({ threads: 3 })),
  }));
  const controller = new AbortController();
  controller.abort(new Error("the cell was interrupted"));
  const holder = globalThis as { [cellHostSymbol]?: Partial<CellHost> };
  holder[cellHostSymbol] = { signal: controller.signal };
  try {
    expect(() => runCell(cells[0]!)).toThrow("the cell was interrupted");
  } finally {
    delete holder[cellHostSymbol];
  }
});
