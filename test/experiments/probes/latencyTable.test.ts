import { expect, test } from "vitest";
import * as sd from "../../../lib/index.ts";
import { latencyLines } from "../../../lib/observed/latencyCsv.ts";

const common = { kernel: "6.18", cpus: 2, threads: 2, siblings: "spin", priority: "fifo" };
const group = (operation: string, repetition: number, samples: number[], block = 1) => ({
  ...{ ...common, operation, repetition, block, samples },
});

test("a distribution has its least, middle and largest sample, and how well it is known", () => {
  const ascending = Array.from({ length: 100 }, (_, i) => i + 1);
  const text = latencyLines([
    group("munmap", 0, ascending),
    group("munmap", 1, [...ascending].reverse()),
    group("clock", 0, [20]),
  ]);
  expect(sd.latencyTable(text, { munmap: 40 }).objects()).toEqual([
    {
      ...{ operation: "munmap", samples: 200, min_ns: 1, median_ns: 51, median_ci95: 0 },
      ...{ p99_ns: 100, max_ns: 100, mean_ns: 50.5, model_ns: 40, repetitions: 2, remark: "" },
    },
    {
      ...{ operation: "clock", samples: 1, min_ns: 20, median_ns: 20, median_ci95: null },
      ...{ p99_ns: 20, max_ns: 20, mean_ns: 20, model_ns: null, repetitions: 1, remark: "" },
    },
  ]);
});

test("shared less private is one walk, repetition by repetition", () => {
  const text = latencyLines([
    ...[0, 1, 2].map((i) => group("futexShared", i, [230 + i, 230 + i, 900], 100)),
    ...[0, 1, 2].map((i) => group("futexPrivate", i, [150, 150 + i, 151], 100)),
  ]);
  const rows = sd.latencyTable(text).objects() as Record<string, unknown>[];
  expect(rows.map(({ operation, remark }) => [operation, remark])).toEqual([
    ["futexShared", "means of 100 calls"],
    ["futexPrivate", "means of 100 calls"],
    ["gupFast", "shared futex less private futex"],
  ]);
  // 230 - 150, 231 - 151, 232 - 151.
  expect(rows[2]).toMatchObject({ repetitions: 3, min_ns: null });
  expect(rows[2]?.median_ns).toBeCloseTo(80.333, 3);
});

test("another file is an error", () => {
  expect(() => sd.latencyTable("boot,mode\n")).toThrow(/SD006/);
});
