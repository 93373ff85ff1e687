import { describe, expect, test, vi } from "vitest";
import { type CellHost, cellHostSymbol } from "../../../lib/base/cellHost.ts";
import { MiB } from "../../../lib/base/units.ts";
import { chunksOf } from "../../../lib/experiments/executors/chunks.ts";
import { breakEven } from "../../../lib/experiments/sweep/breakEven.ts";
import { frontier } from "../../../lib/experiments/sweep/frontier.ts";
import { ownProgress } from "../../../lib/experiments/sweep/ownProgress.ts";
import {
  ProgressMeter,
  progressLine,
  type SweepProgress,
} from "../../../lib/experiments/sweep/progress.ts";
import { keysOfShare } from "../../../lib/experiments/sweep/shares.ts";
import { planSweep, type SweepOptions, sweep } from "../../../lib/experiments/sweep/sweep.ts";
import { overSeeds } from "../../../lib/tables/confidence.ts";
import { tableFrom } from "../../../lib/tables/frame.ts";
import { collapse } from "../../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../../lib/workloads/gupFastHammer.ts";
import { together } from "../../../lib/workloads/together.ts";
import { newFolder } from "./folders.ts";
import { axes, build, column } from "./sweeps.ts";

const executor = "in-process";

describe("means over seeds", () => {
  test("have the interval of the samples of their group", async () => {
    const table = await sweep(axes, build, { executor, baseline: { linux: "mainline" } });
    const means = overSeeds(table, { by: ["cpus", "linux"] });
    expect(means.numRows()).toBe(4);
    expect(column(means, "seeds")).toEqual([3, 3, 3, 3]);
    const durations = (column(table, "duration_ns") as number[]).slice(0, 3);
    const mean = durations.reduce((sum, value) => sum + value) / 3;
    const deviation = Math.sqrt(
      durations.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 2,
    );
    const half = (4.30265273 * deviation) / Math.sqrt(3);
    expect(column(means, "duration_ns")[0]).toBeCloseTo(mean, 6);
    expect(column(means, "duration_ns_hi")[0]).toBeCloseTo(mean + half, 3);
    expect(column(means, "duration_ns_lo")[0]).toBeCloseTo(mean - half, 3);
    expect(column(table, "duration_ns_ci95")[0]).toBeCloseTo(half, 3);
  });

  test("stop asking for seeds when they are known well enough, whoever computes", async () => {
    const many = { ...axes, cpus: [8], seed: [1, 2, 3, 4, 5, 6, 7, 8] };
    const stop = { column: "gup_fast_ns_mean", withinPct: 0.5, minSeeds: 2 };
    const store = newFolder();
    const table = await sweep(many, build, { executor, store, stop });
    const seeds = table.numRows();
    expect(seeds).toBeGreaterThanOrEqual(4);
    expect(seeds).toBeLessThan(16);
    // A store with all seeds gives the same rows: those that the rule asks for.
    const all = newFolder();
    await sweep(many, build, { executor, store: all });
    const again = await sweep(many, build, { executor, store: all, stop });
    expect(again.objects()).toEqual(table.objects());
  });
});

describe("options", () => {
  const refused = (change: SweepOptions, given: object = axes) =>
    expect(sweep(given as typeof axes, build, { executor, ...change })).rejects;

  test("that do not fit are refused before anything runs", async () => {
    await refused({ baseline: { linux: "mainlin" } }).toThrow(
      /^SD002: unknown baseline: "mainlin"/,
    );
    await refused({ baseline: { linus: "x" } }).toThrow(
      /^SD002: unknown axis of baseline: "linus"/,
    );
    await refused({ stop: { column: "ipi", withinPct: 1 } }).toThrow(/^SD009: unknown column: ipi/);
    await refused({ workers: 0, executor: "threads" }).toThrow(/^SD001: invalid workers: 0|SD011/);
    await refused({ executor: "thread" as "threads" }).toThrow(
      /^SD002: unknown executor: "thread"/,
    );
    await refused({ bogus: 1 } as SweepOptions).toThrow(/^SD002: unknown sweep option: "bogus"/);
    await refused({}, {}).toThrow(/^SD001: invalid axes/);
    await refused({}, { ...axes, cpus: [] }).toThrow(/^SD001: invalid cpus: \[\]/);
    await refused({}, { ...axes, cpus: [8, 8] }).toThrow(
      /^SD001: invalid cpus: "8" \(expected each/,
    );
    await refused({}, { ...axes, cpus: [{}] }).toThrow(/^SD001: invalid cpus: {}.*name others/);
    await refused({}, { ...axes, linux: axes.linux.mainline }).toThrow(/^SD001: invalid linux/);
    await refused({}, { ...axes, cpus: [8, 0] }).toThrow(
      /^SD001: at cpus 0, linux mainline, seed 1: invalid cpus: 0/,
    );
  });

  test("let build leave combinations out", async () => {
    const some = await sweep(axes, (point) => (point.cpus === 8 ? undefined : build(point)), {
      executor,
    });
    expect(new Set(column(some, "cpus"))).toEqual(new Set([16]));
  });
});

describe("shares and chunks", () => {
  const { cells } = planSweep({ ...axes, cpus: [8, 16, 32, 64, 128] }, build);

  test("have each cell once, and about the same cost each", () => {
    for (const of of [1, 3, 7, 40]) {
      const shares = Array.from({ length: of }, (_, index) => keysOfShare(cells, { index, of }));
      const keys = shares.flatMap((share) => [...share]);
      expect(keys.sort()).toEqual(cells.map(({ key }) => key).sort());
    }
    const cost = (share: ReadonlySet<string>): number =>
      cells.reduce((sum, one) => sum + (share.has(one.key) ? one.cost : 0), 0);
    const two = [0, 1].map((index) => cost(keysOfShare(cells, { index, of: 2 })));
    expect(Math.max(...two) / Math.min(...two)).toBeLessThan(1.1);
  });

  test("keep the order of the cells", () => {
    for (const most of [1, 4, 1_000]) {
      const chunks = chunksOf(cells, most);
      expect(chunks.flat()).toEqual(cells);
      expect(chunks.length).toBeLessThanOrEqual(Math.max(most, 1) + 1);
    }
  });
});

describe("a frontier", () => {
  const line = (linux: string, values: readonly number[]): object[] =>
    values.map((saved, i) => ({ linux, gap: [10, 20, 40, 80][i], cpu_saved_ns: saved }));
  const of = (rows: object[]) => frontier(tableFrom(rows), { along: "gap", by: ["linux"] });

  test("says on which side of which value a line is above zero", () => {
    const rows = [
      ...line("never", [-4, -3, -2, 0]),
      ...line("always", [4, 3, 2, 1]),
      ...line("above", [-4, -1, 1, 3]),
      ...line("below", [3, 1, -3, -9]),
      ...line("mixed", [3, -1, 3, 3]),
    ];
    expect(of(rows).objects()).toEqual([
      {
        linux: "never",
        along: "gap",
        pays: "never",
        at: null,
        at_lo: null,
        at_hi: null,
        sure: null,
      },
      {
        linux: "always",
        along: "gap",
        pays: "always",
        at: null,
        at_lo: null,
        at_hi: null,
        sure: null,
      },
      { linux: "above", along: "gap", pays: "above", at: 30, at_lo: 20, at_hi: 40, sure: false },
      { linux: "below", along: "gap", pays: "below", at: 25, at_lo: 20, at_hi: 40, sure: false },
      { linux: "mixed", along: "gap", pays: "mixed", at: 17.5, at_lo: 10, at_hi: 20, sure: false },
    ]);
  });

  test("is sure where the intervals of both neighbours leave out zero", () => {
    const seeds = (spread: number): object[] =>
      [-1, 0, 1].flatMap((sign) => [
        ...line(
          "above",
          [-40, -10, 10, 30].map((value) => value + sign * spread),
        ),
      ]);
    expect(column(of(seeds(1)), "sure")).toEqual([true]);
    expect(column(of(seeds(9)), "sure")).toEqual([false]);
  });

  test("is looked at closer until its neighbours are close, for the lines that have it", async () => {
    const gaps = { ...axes, cpus: [8, 64], seed: [1], gap: [0, 1_000, 1_000_000] };
    const { table, frontier: found } = await breakEven(
      gaps,
      ({ gap, ...point }) => ({
        ...build(point),
        workload: together(collapse({ bytes: MiB(8) }), gupFastHammer({ threads: 3, gapNs: gap })),
      }),
      { executor, baseline: { linux: "mainline" }, along: "gap", within: 0.2 },
    );
    const rows = found.objects() as Record<string, number | string | null>[];
    const pays = (cpus: number, linux: string) =>
      rows.find((row) => row.cpus === cpus && row.linux === linux)!;
    for (const cpus of [8, 64]) {
      const { at, at_lo, at_hi, pays: side } = pays(cpus, "targeted") as Record<string, number>;
      expect(side).toBe("above");
      expect(at_hi! - at_lo!).toBeLessThanOrEqual(0.2 * at_hi!);
      expect(at_lo! < at! && at! < at_hi!).toBe(true);
      expect(pays(cpus, "mainline").pays).toBe("never");
    }
    // More CPUs that need not be interrupted pay for more walks.
    expect(pays(64, "targeted").at).toBeLessThan(pays(8, "targeted").at as number);
    // Each line has values of its own, and so has the baseline beside it.
    const gapsOf = (cpus: number, linux: string): unknown[] =>
      table
        .objects()
        .filter((row) => Reflect.get(row, "cpus") === cpus && Reflect.get(row, "linux") === linux)
        .map((row) => Reflect.get(row, "gap"));
    expect(gapsOf(8, "targeted")).toEqual(gapsOf(8, "mainline"));
    expect(gapsOf(8, "targeted")).not.toEqual(gapsOf(64, "targeted"));
  });
});

test("what a free saves and what a walk pays make one number for each machine", async () => {
  const gaps = [0, 1_000, 10_000, 100_000];
  const at: Record<number, number[]> = { 8: [], 64: [] };
  for (const threads of [2, 6]) {
    const table = await sweep(
      { ...axes, cpus: [8, 64], seed: [1], gap: gaps },
      ({ gap, ...point }) => ({
        ...build(point),
        workload: together(collapse({ bytes: MiB(32) }), gupFastHammer({ threads, gapNs: gap })),
      }),
      { executor, baseline: { linux: "mainline" } },
    );
    const rows = (table.objects() as Record<string, number | string>[])
      .filter(({ linux }) => linux === "targeted")
      .map((row) => ({ ...row, rate: Number(row.gup_calls) / Number(row.operations) }));
    const found = frontier(tableFrom(rows), { along: "rate", by: ["cpus"] });
    expect(column(found, "pays")).toEqual(["below", "below"]);
    for (const [i, cpus] of [8, 64].entries()) at[cpus]!.push(column(found, "at")[i] as number);
  }
  // The same number of walks for each table freed, however many walk; more on a larger machine.
  for (const [few, many] of Object.values(at)) expect(Math.abs(few! / many! - 1)).toBeLessThan(0.2);
  expect(at[64]![0]! / at[8]![0]!).toBeGreaterThan(3);
});

test("progress reads like that of other tools", () => {
  const base = { total: 54, done: 34, failed: 2, resumed: 10, elapsedSeconds: 8, advice: null };
  expect(progressLine({ ...base, state: "running", perSecond: 3.21, etaSeconds: 6.23 })).toBe(
    "34/54 cells, 2 failed, 10 resumed, 3.2/s, 6.2 s left",
  );
  expect(progressLine({ ...base, state: "interrupted", perSecond: 32.1, etaSeconds: 1 })).toBe(
    "34/54 cells, 2 failed, 10 resumed, 32/s, interrupted after 8.0 s",
  );
});

test("the time left follows from the predicted costs, not from the number of cells", () => {
  vi.useFakeTimers({ toFake: ["performance"], now: 0 });
  try {
    const seen: SweepProgress[] = [];
    const meter = new ProgressMeter((progress) => seen.push(progress));
    meter.begin({ total: 4, done: 1, failed: 0, costMissing: 30 });
    expect(seen.at(-1)).toMatchObject({ resumed: 1, perSecond: null, etaSeconds: null });
    vi.advanceTimersByTime(2_000);
    meter.add(20, false);
    expect(seen.at(-1)).toMatchObject({
      done: 2,
      perSecond: 0.5,
      etaSeconds: 1,
      elapsedSeconds: 2,
    });
    meter.add(5, true); // at once: not told
    expect(seen).toHaveLength(2);
    vi.advanceTimersByTime(500);
    meter.add(5, false);
    meter.end("done");
    expect(seen.at(-1)).toMatchObject({ state: "done", done: 4, failed: 1, etaSeconds: 0 });
  } finally {
    vi.useRealTimers();
  }
});

test("progress in a cell updates in place and ends without times", () => {
  const shown: unknown[] = [];
  const holder = globalThis as { [cellHostSymbol]?: Partial<CellHost> };
  holder[cellHostSymbol] = {
    display: (data, _, place) => shown.push([data, place?.update]),
  };
  try {
    const listener = ownProgress();
    const base = {
      total: 9,
      failed: 1,
      resumed: 3,
      elapsedSeconds: 8,
      etaSeconds: 1,
      advice: "kept in a<b",
    };
    listener({ ...base, done: 5, state: "running", perSecond: 0.5 });
    listener({ ...base, done: 9, state: "done", perSecond: 0.5 });
  } finally {
    delete holder[cellHostSymbol];
  }
  const line = "5/9 cells, 1 failed, 3 resumed, 0.5/s, 1.0 s left; kept in a<b";
  const html = `<progress value="5" max="9"></progress> ${line.replace("<", "&#60;")}`;
  expect(shown).toEqual([
    [{ "text/html": html, "text/plain": line }, false],
    [{ "text/plain": "9 of 9 cells, 1 failed" }, true],
  ]);
});
