import { expect, test } from "vitest";
import { MiB } from "../../lib/base/units.ts";
import type { CompareOptions } from "../../lib/experiments/compare.ts";
import { compare } from "../../lib/experiments/compare.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import type { Linux } from "../../lib/policies/linux.ts";
import { skipIfFlushSentIpis } from "../../lib/policies/tableSync/skipIfFlushSentIpis.ts";
import { targeted } from "../../lib/policies/tableSync/targeted.ts";
import type { ColumnTable } from "../../lib/tables/frame.ts";
import { schemaOf } from "../../lib/tables/schema.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { besideWalkers, scene } from "./scenes.ts";

const { linux: mainline, ...rest } = scene;
const skip = mainline.with({ tableSync: skipIfFlushSentIpis() });
const walkers = mainline.with({ tableSync: targeted() });
const options: CompareOptions = { ...rest, workload: collapse({ bytes: MiB(64) }) };

function column(table: ColumnTable, name: string): unknown[] {
  return Array.from(table.array(name) as ArrayLike<unknown>);
}

test("one row a Linux, against the first one, with the columns of the schema", () => {
  const table = compare({ mainline, skip, targeted: walkers }, options);
  expect(table.columnNames()).toEqual(schemaOf("compare").map(({ name }) => name));
  expect(column(table, "linux")).toEqual(["mainline", "skip", "targeted"]);
  expect(column(table, "baseline")).toEqual(["mainline", "mainline", "mainline"]);
  expect(column(table, "cal")).toEqual([224, 0, 0]);
  expect(column(table, "ipis_saved")).toEqual([0, 224, 224]);
  expect(column(table, "ipis_saved_pct")).toEqual([0, 100, 100]);
});

test("any Linux can be the baseline", () => {
  const table = compare({ mainline, skip }, { ...options, baseline: "skip" });
  expect(column(table, "baseline")).toEqual(["skip", "skip"]);
  expect(column(table, "ipis_saved")).toEqual([-224, 0]);
  expect(column(table, "ipis_saved_pct")).toEqual([null, null]);
});

test("each Linux runs with the same seeds, one after the other", () => {
  const table = compare({ mainline, skip }, { ...options, seed: 7, seeds: 3 });
  expect(column(table, "seed")).toEqual([7, 8, 9, 7, 8, 9]);
  expect(column(table, "linux")).toEqual([
    "mainline",
    "mainline",
    "mainline",
    "skip",
    "skip",
    "skip",
  ]);
});

test("each row is that of the run alone", () => {
  const given = { ...options, workload: besideWalkers, seed: 3, seeds: 2 };
  const table = compare({ mainline, targeted: walkers }, given);
  const { seeds: _, ...alone } = given;
  const rows = [mainline, walkers].flatMap((linux) =>
    [3, 4].map((seed) => simulate({ ...alone, linux, seed }).summaryRow().cal),
  );
  expect(column(table, "cal")).toEqual(rows);
});

test("equal Linuxes under two names differ in nothing: the random numbers are common", () => {
  const given = { ...options, workload: besideWalkers, seeds: 4 };
  const table = compare({ mainline, twin: mainline.with({}) }, given);
  for (const name of ["ipis_saved", "gup_fast_overhead_pct", "duration_change_pct"]) {
    expect(column(table, name)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  }
  expect(new Set(column(table, "gup_calls")).size).toBeGreaterThan(1);
});

test("wrong names, seeds and options are refused before anything runs", () => {
  const twice = { mainline, skip };
  const refused = (linuxes: unknown, change: object) => () =>
    compare(linuxes as Record<string, Linux>, { ...options, ...change });
  expect(refused(twice, { baseline: "mainlin" })).toThrow(
    'SD002: unknown baseline: "mainlin" (expected mainline, skip; did you mean "mainline"?)',
  );
  expect(refused(twice, { seeds: 0 })).toThrow("SD001: invalid seeds: 0 (expected 1…10000)");
  expect(refused(twice, { seed: null })).toThrow(/^SD001: invalid seed: null/);
  expect(refused(twice, { seed: "1" })).toThrow(/^SD001: invalid seed: "1"/);
  expect(refused(twice, { linux: mainline })).toThrow(/^SD002: unknown compare option: "linux"/);
  expect(refused(twice, { machine: undefined })).toThrow(/^SD003: missing machine/);
  expect(refused({ mainline, broken: undefined }, {})).toThrow(/^SD003: missing linux/);
  expect(refused({}, {})).toThrow("SD001: invalid compare: {} (expected at least one named linux)");
  expect(refused(null, {})).toThrow(/^SD001: invalid compare: null/);
});
