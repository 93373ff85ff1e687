import fc from "fast-check";
import { expect, test } from "vitest";
import { BOUNDS, missedBounds, validate } from "../../lib/experiments/validate.ts";
import type { Agreement, Validation } from "../../lib/index.ts";
import { agreementOf } from "../../lib/index.ts";
import { labCsv } from "../../lib/observed/labCsv.ts";
import type { LabRow } from "../../lib/observed/labRow.ts";
import type { LabRun } from "../../lib/observed/labRun.ts";
import { FIXTURE, FIXTURE_POLICIES, fullLab } from "./labFiles.ts";
import { labRun } from "./labRuns.ts";

const fixture: readonly LabRun[] = [...labCsv.read(FIXTURE), ...labCsv.read(FIXTURE_POLICIES)];
const validation = validate(fixture);

/** A measured row in which nothing is known but the totals. */
function measured(delta: number, baseDelta = 0): LabRow {
  return { description: "", delta, baseDelta, perCpu: undefined, basePerCpu: undefined };
}

/** A lone thread that collapses 32 tables on 8 CPUs: CAL 224 and TLB 0 are predicted. */
function collapseRun(CAL: LabRow, TLB: LabRow = measured(0), boot?: string): LabRun {
  return { ...labRun("collapse", "mb=64 T=1", boot), rows: { CAL, TLB } };
}

test("the bounds are those of the project", () => {
  expect(BOUNDS).toEqual({
    tlbExactPct: 99.5,
    callMedian: { x86: 0, arm64: 1, powerpc: 1 },
    callP95: 7,
    callBelowPct: 1,
    fifoTlbExactPct: 90,
  });
});

test("the fixture holds all bounds, the boots with a chosen policy on their own too", () => {
  expect(missedBounds(validation)).toEqual([]);
  expect(validation.runs).toBe(281);
  expect(validation.native).toEqual([]);
  const policies = validation.rows.filter(({ boot }) => /p[0-2]-/.test(boot));
  expect(policies).toHaveLength(66);
  expect(missedBounds({ ...validation, rows: policies })).toEqual([]);
});

test("the fixture covers nine boots, all cases, and both rows of every run", () => {
  const { rows } = validation;
  expect([...new Set(rows.map(({ boot }) => boot))]).toHaveLength(9);
  expect([...new Set(rows.map((row) => row.case))].sort()).toEqual([
    "collapse",
    "mprotect",
    "munmap",
  ]);
  expect(rows.filter(({ row }) => row === "CAL")).toHaveLength(259);
  expect(rows.filter(({ row }) => row === "TLB")).toHaveLength(259);
});

test("TLB is exact in every run of the fixture, by CPU too", () => {
  const tlb = agreementOf(validation.rows, "flush");
  expect([tlb.runs, tlb.exact, tlb.vectorsExact]).toEqual([259, 259, 259]);
});

test("uncovered runs are counted under their reasons", () => {
  expect(validation.uncovered).toEqual({
    "GUP-fast holds references to the pages: how many collapses fail is not a parameter": 8,
    "khugepaged runs on any CPU, and the main thread wakes every 50 ms of emulated time": 14,
  });
});

/** What a full file of the lab must hold, and how many of its runs are covered. */
function checkFull(full: Validation): Agreement {
  expect(missedBounds(full)).toEqual([]);
  const tlb = agreementOf(full.rows, "flush");
  expect(tlb.exactPct).toBeGreaterThanOrEqual(99.5);
  const cal = agreementOf(full.rows, "call", "net");
  expect(cal.median).toBe(0);
  expect(cal.p95).toBeLessThanOrEqual(7);
  return tlb;
}

test("all runs of the lab hold the bounds, its native FIFO boot too", (context) => {
  const full = validate(labCsv.read(fullLab(context, "lab/data.csv")));
  expect(checkFull(full).runs).toBeGreaterThan(1_400);
  const fifo = full.native.filter(({ boot }) => boot === "host-6.18-2-fifo");
  expect(agreementOf(fifo, "flush").runs).toBeGreaterThan(100);
  expect(agreementOf(fifo, "flush").exactPct).toBeGreaterThanOrEqual(90);
});

test("all runs of the changed kernel hold them with broadcast, skip and targeted", (context) => {
  const full = validate(labCsv.read(fullLab(context, "lab-policies/data.csv")));
  expect(checkFull(full).runs).toBeGreaterThan(80);
  for (const policy of ["p0", "p1", "p2"]) {
    const rows = full.rows.filter(({ boot }) => boot.includes(policy));
    expect(agreementOf(rows, "flush").exactPct).toBe(100);
    expect(agreementOf(rows, "call", "net").p95).toBeLessThanOrEqual(7);
  }
});

test("a difference is measured minus predicted; the idle background takes off an excess only", () => {
  const runs = [
    collapseRun(measured(230, 4)),
    collapseRun(measured(225, 4)),
    collapseRun(measured(220, 4)),
    collapseRun(measured(224, 4)),
  ];
  const cal = validate(runs).rows.filter(({ row }) => row === "CAL");
  expect(cal.map(({ predicted }) => predicted)).toEqual([224, 224, 224, 224]);
  expect(cal.map(({ difference }) => difference)).toEqual([6, 1, -4, 0]);
  expect(cal.map(({ net }) => net)).toEqual([2, 0, -4, 0]);
});

test("a vector is exact only when every CPU's count is", () => {
  const vector = (perCpu: readonly number[]): LabRow => ({ ...measured(224), perCpu });
  const runs = [
    collapseRun(vector([0, 32, 32, 32, 32, 32, 32, 32])),
    collapseRun(vector([32, 0, 32, 32, 32, 32, 32, 32])),
    collapseRun(measured(224)),
  ];
  const cal = validate(runs).rows.filter(({ row }) => row === "CAL");
  expect(cal.map(({ vectorExact }) => vectorExact)).toEqual([true, false, null]);
});

test("each bound that is missed is named, with its figure", () => {
  const many = (count: number, run: LabRun): LabRun[] => new Array<LabRun>(count).fill(run);
  const exact = collapseRun(measured(224));
  const missed = (runs: readonly LabRun[]) => missedBounds(validate(runs));
  expect(missed([...many(199, exact), collapseRun(measured(224), measured(1))])).toEqual([]);
  expect(
    missed([...many(198, exact), ...many(2, collapseRun(measured(224), measured(1)))]),
  ).toEqual(["TLB exact on 99.00 % of runs, not 99.5 %"]);
  expect(missed(many(3, collapseRun(measured(225))))).toEqual([
    "CAL median net difference 1, not 0",
  ]);
  expect(missed([...many(94, exact), ...many(6, collapseRun(measured(232)))])).toEqual([
    "CAL 95th percentile, net: 8, not at most 7",
  ]);
  const fifo = { ...labRun("munmap", "n=3 T=2 st=spin", "host-6.18-2-fifo") };
  const lucky = { ...fifo, rows: { CAL: measured(3), TLB: measured(3) } };
  const late = { ...fifo, rows: { CAL: measured(2), TLB: measured(2) } };
  expect(missed([...many(9, lucky), late])).toEqual([]);
  expect(missed([...many(8, lucky), late, late])).toEqual([
    "FIFO boots: TLB exact on 80.00 %, not 90 %",
  ]);
});

test("native boots of normal priority have no bound, and open rows count for none", () => {
  const nice = { ...labRun("munmap", "n=3 T=2 st=spin", "host-6.18-2-nice") };
  const open = { ...labRun("collapse", "kind=shmem T=1"), rows: { CAL: measured(99) } };
  const few = validate([{ ...nice, rows: { TLB: measured(0) } }, open]);
  expect(few.native).toHaveLength(1);
  expect(few.rows).toHaveLength(1);
  expect(few.rows[0]?.open).toMatch(/^shmem collapse/);
  expect(agreementOf(few.rows, "call").runs).toBe(0);
  expect(missedBounds(few)).toEqual([]);
});

test("progress tells how many runs are done", () => {
  const seen: number[] = [];
  validate(fixture.slice(-5), (done) => seen.push(done));
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

/** Counts that no kernel would produce. */
const anyRow: fc.Arbitrary<LabRow> = fc
  .record({
    delta: fc.integer({ min: 0, max: 1e9 }),
    baseDelta: fc.integer({ min: 0, max: 1e9 }),
    perCpu: fc.option(fc.array(fc.nat(), { maxLength: 4 }), { nil: undefined }),
  })
  .map((row) => ({ ...row, description: "", basePerCpu: undefined }));

test("predictions do not depend on anything that was measured", () => {
  const predictions = (runs: readonly LabRun[]) =>
    validate(runs).rows.map(({ boot, run, row, predicted, open }) => [
      boot,
      run,
      row,
      predicted,
      open,
    ]);
  const lie = fc.record({
    rows: fc.record({ CAL: anyRow, TLB: anyRow }),
    ops: fc.option(fc.nat(), { nil: undefined }),
    minflt: fc.option(fc.nat(), { nil: undefined }),
    opNs: fc.nat(),
    baseNs: fc.nat(),
    extra: fc.dictionary(fc.constantFrom("err", "calls", "want"), fc.nat()),
  });
  const chosen = fc.shuffledSubarray([...fixture], { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(chosen, fc.array(lie, { minLength: 6, maxLength: 6 }), (runs, lies) => {
      const falsified = runs.map((run, i) => ({ ...run, ...lies[i]! }));
      expect(predictions(falsified)).toEqual(predictions(runs));
    }),
    { numRuns: 15, seed: 1 },
  );
});
