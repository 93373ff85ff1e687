import { describe, expect, it } from "vitest";
import { withBaseline } from "../../lib/tables/compare.ts";
import { tableFrom } from "../../lib/tables/frame.ts";

const cell = { machine: "turin", workload: "collapse", backend: "native" };
const runs = tableFrom([
  { linux: "skip", cpus: 64, seed: 1, ...cell, ipis: 785, gup_fast_ns_mean: 303, duration_ns: 90 },
  {
    linux: "main",
    cpus: 64,
    seed: 1,
    ...cell,
    ipis: 1000,
    gup_fast_ns_mean: 300,
    duration_ns: 100,
  },
  { linux: "skip", cpus: 4, seed: 1, ...cell, ipis: 5, gup_fast_ns_mean: null, duration_ns: 10 },
  { linux: "main", cpus: 4, seed: 1, ...cell, ipis: 0, gup_fast_ns_mean: 0, duration_ns: 0 },
  { linux: "skip", cpus: 4, seed: 2, ...cell, ipis: 7, gup_fast_ns_mean: 1, duration_ns: 1 },
]);
const derived = [
  "linux",
  "baseline",
  "ipis_saved",
  "ipis_saved_pct",
  "gup_fast_overhead_pct",
  "duration_change_pct",
];

describe("a comparison with a baseline", () => {
  it("joins each row with the baseline row of its cell; what is undefined is null", () => {
    const rows = withBaseline(runs, { baseline: "main" })
      .select(...derived)
      .objects();
    expect(rows.map((row) => Object.values(row))).toEqual([
      ["skip", "main", 215, 21.5, 1, -10],
      ["main", "main", 0, 0, 0, 0],
      ["skip", "main", -5, null, null, null],
      ["main", "main", 0, null, null, null],
      ["skip", "main", null, null, null, null],
    ]);
  });

  it("keeps all columns, and may be repeated with another baseline", () => {
    const once = withBaseline(runs, { baseline: "main" });
    const again = withBaseline(once, { baseline: "skip" });
    expect(again.columnNames()).toEqual(once.columnNames());
    expect(again.get("ipis_saved", 1)).toBe(-215);
  });

  it("compares over the columns and by the name it is given", () => {
    const table = tableFrom([
      { policy: "a", size: 1, ipis: 10, gup_fast_ns_mean: 1, duration_ns: 1 },
      { policy: "b", size: 1, ipis: 4, gup_fast_ns_mean: 1, duration_ns: 1 },
    ]);
    const compared = withBaseline(table, { baseline: "a", by: "policy", over: ["size"] });
    expect(compared.array("ipis_saved")).toEqual([0, 6]);
  });

  it("respects a filter", () => {
    const small = runs.filter((row: { cpus: number }) => row.cpus === 64);
    expect(withBaseline(small, { baseline: "main" }).numRows()).toBe(2);
  });

  it("refuses a baseline no row has, with the nearest name", () => {
    expect(() => withBaseline(runs, { baseline: "mian" })).toThrow(
      'SD002: unknown baseline: "mian" (expected skip, main; did you mean "main"?)',
    );
  });

  it("refuses two baseline rows in one cell", () => {
    expect(() => withBaseline(runs, { baseline: "skip", over: ["cpus"] })).toThrow(
      "SD001: invalid over:",
    );
  });

  it("names the column that is absent", () => {
    expect(() => withBaseline(runs.select("linux", "ipis"), { baseline: "main" })).toThrow(
      "SD009: unknown column: machine",
    );
  });
});
