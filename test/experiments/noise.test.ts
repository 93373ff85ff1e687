import { describe, expect, test } from "vitest";
import { simulate } from "../../lib/experiments/simulate.ts";
import { schemaOf } from "../../lib/tables/schema.ts";
import { besideWalkers, scene } from "./scenes.ts";

const run = simulate({ ...scene, noise: [1, 5] });

test("one row for each cause and sender, with the columns of the schema", () => {
  const table = run.noise();
  expect(table.columnNames()).toEqual(schemaOf("noise").map(({ name }) => name));
  expect(table.objects()).toMatchObject([
    { cpu: 1, cause: "flush_tlb_func", sender: 0, count: 4 },
    { cpu: 1, cause: "tlb_remove_table_smp_sync", sender: 0, count: 4 },
    { cpu: 5, cause: "tlb_remove_table_smp_sync", sender: 0, count: 4 },
  ]);
});

test("one row for each observed CPU: all its interruptions", () => {
  const table = run.noiseByCpu();
  expect(table.columnNames()).toEqual(schemaOf("noiseByCpu").map(({ name }) => name));
  expect(table.array("cpu")).toEqual([1, 5]);
  expect(table.array("count")).toEqual([8, 4]);
  const { stolenNs, startNs, endNs } = run.result;
  expect(table.array("ns_total")).toEqual([stolenNs[1], stolenNs[5]]);
  expect(table.get("noise_pct", 1)).toBeCloseTo((100 * stolenNs[5]!) / (endNs - startNs), 9);
});

test("the distribution holds every interruption of every observed CPU", () => {
  const buckets = run.noiseDistribution().objects() as { lo: number; hi: number; count: number }[];
  const { count, ns_p50, ns_max } = run.noiseByCpu().objects()[1] as Record<string, number>;
  expect(buckets.reduce((sum, one) => sum + one.count, 0)).toBe(12);
  const inBucket = buckets.find(({ lo, hi }) => lo <= ns_p50! && ns_max! <= hi);
  expect(inBucket!.count).toBeGreaterThanOrEqual(count!);
});

test("an eager run and one that is traced record the same", () => {
  const observed = { ...scene, workload: besideWalkers, noise: [1, 2, 3, 7] };
  const lazy = simulate(observed);
  expect(simulate({ ...observed, eager: true }).digest()).toBe(lazy.digest());
  const traced = simulate({ ...observed, trace: 100 });
  expect(traced.digest()).toBe(lazy.digest());
  expect(JSON.parse(traced.toPerfetto()).traceEvents).toHaveLength(100);
  expect(traced.toFtrace().split("\n")).toHaveLength(103);
});

test("observing leaves every other figure as it is", () => {
  const { noise: _, ...rest } = run.result;
  expect(simulate(scene).result).toEqual(rest);
  expect(run.summaryRow()).toEqual(simulate(scene).summaryRow());
});

describe("refused", () => {
  test("a table of what nobody observed", () => {
    expect(() => simulate(scene).noise()).toThrow("SD012");
    expect(() => simulate(scene).noiseByCpu()).toThrow("SD012");
    expect(() => simulate(scene).noiseDistribution()).toThrow("SD012");
  });

  test("CPUs that the machine lacks", () => {
    expect(() => simulate({ ...scene, noise: [8] })).toThrow("SD001: invalid noise: 8");
    expect(() => simulate({ ...scene, noise: "all" as unknown as number[] })).toThrow("SD001");
  });
});
