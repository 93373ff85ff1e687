import fc from "fast-check";
import { expect, test } from "vitest";
import type { RowKind } from "../../lib/experiments/validate.ts";
import { BOUNDS, missedBounds, validate } from "../../lib/experiments/validate.ts";
import type { AgreementRow } from "../../lib/index.ts";
import { agreementOf } from "../../lib/index.ts";
import type { ArchKind } from "../../lib/machine/arch.ts";
import { labCsv } from "../../lib/observed/labCsv.ts";
import type { LabRow } from "../../lib/observed/labRow.ts";
import type { LabRun } from "../../lib/observed/labRun.ts";
import { FIXTURE, FIXTURE_POLICIES } from "./labFiles.ts";
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
  expect([validation.runs, validation.emulated]).toEqual([1072, 974]);
  for (const policy of ["p0", "p1", "p2", "p3"]) {
    const rows = validation.rows.filter(({ boot }) => boot.includes(policy));
    expect(rows).toHaveLength(30);
    expect(missedBounds({ ...validation, rows, native: [] })).toEqual([]);
  }
});

const MAIN_CASES = "cold collapse dontneed exit fork hugeshare idle madvfree membarrier mprotect";
const ALL_CASES = `${MAIN_CASES} mremap munmap pageout reclaim`;
const TRACED = "collapse exit fork hugeshare mprotect munmap reclaim";
const POLICY_CASES = "collapse hugeshare idle membarrier mprotect munmap";

test("the fixture has every architecture, release and case that was measured", () => {
  const cases = new Map<string, Set<string>>();
  for (const { boot, caseName } of fixture) {
    const release = boot.split("-").slice(0, 2).join("-");
    cases.set(release, (cases.get(release) ?? new Set()).add(caseName));
  }
  const found = [...cases].map(([release, names]) => [release, [...names].sort().join(" ")]);
  expect(Object.fromEntries(found)).toEqual({
    "x86-6.1": ALL_CASES,
    "x86-6.12": ALL_CASES,
    "x86-6.12rt": ALL_CASES.replace(" pageout", ""),
    "x86-7.2": ALL_CASES,
    "x86-7.3p0": POLICY_CASES,
    "x86-7.3p1": POLICY_CASES,
    "x86-7.3p2": POLICY_CASES,
    "x86-7.3p3": POLICY_CASES,
    "arm64-6.1": ALL_CASES.replace(" pageout", ""),
    "arm64-7.2": TRACED,
    "ppc-7.2": ALL_CASES.replace(" pageout", ""),
    "host-6.18": ALL_CASES.replace(" hugeshare", "").replace(" pageout", ""),
  });
});

/** Covered runs, those whose total is exact, and those whose every CPU is. */
function exactOf(rows: readonly AgreementRow[], kind: RowKind): readonly number[] {
  const { runs, exact, vectorsExact } = agreementOf(rows, kind);
  return [runs, exact, vectorsExact];
}

test("TLB of the fixture: one run of 628 differs, and by CPU only the end of processes", () => {
  const { rows } = validation;
  expect(exactOf(rows, "flush")).toEqual([628, 627, 624]);
  const open = rows.filter((row) => row.case === "exit");
  expect(exactOf(open, "flush")).toEqual([28, 28, 25]);
  const closed = rows.filter((row) => row.case !== "exit");
  expect(exactOf(closed, "flush")).toEqual([600, 599, 599]);
});

test("calls of the fixture by architecture", () => {
  const ofArch = (arch: ArchKind) => validation.rows.filter((row) => row.arch === arch);
  expect(exactOf(ofArch("x86"), "call")).toEqual([571, 377, 377]);
  expect(exactOf(ofArch("arm64"), "call")).toEqual([137, 63, 63]);
  expect(exactOf(ofArch("powerpc"), "call")).toEqual([135, 78, 78]);
});

test("native runs of the fixture: exact under SCHED_FIFO but for one", () => {
  const fifo = validation.native.filter(({ boot }) => boot.includes("fifo"));
  expect(exactOf(fifo, "flush")).toEqual([47, 46, 46]);
});

test("uncovered runs are counted under their reasons, and named", () => {
  expect(validation.uncovered).toEqual({
    "fork beside running threads: how many shared pages the parent writes is no parameter": 19,
    "dirty shared pages, no CPU idle: how often another task stops the call is no parameter": 1,
    "khugepaged shares its CPU with the process": 2,
    "idle: other processes run on the lab's own machine": 2,
    "khugepaged runs on any CPU, and the main thread wakes every 50 ms of emulated time": 18,
    "khugepaged shares its CPU with a thread of the process": 3,
  });
  expect(validation.uncoveredRuns).toHaveLength(45);
  expect(validation.uncoveredRuns[0]).toEqual({
    boot: "arm64-6.1-16-main",
    case: "fork",
    params: "phase=fork n=10 T=4 st=spin",
    run: expect.any(Number),
    reason: "fork beside running threads: how many shared pages the parent writes is no parameter",
  });
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

/** A run with other counts in its rows. */
function falsify(run: LabRun, { call, flush, ...rest }: Lie): LabRun {
  const rows = Object.keys(run.rows).map((row) => [row, row === "TLB" ? flush : call]);
  const told = run.params.gup === undefined ? {} : { ops: run.ops };
  return { ...run, ...rest, ...told, rows: Object.fromEntries(rows) };
}

type Lie = Omit<Partial<LabRun>, "rows"> & { readonly call: LabRow; readonly flush: LabRow };

test("predictions depend on nothing measured but what calls beside GUP-fast report", () => {
  const predictions = (runs: readonly LabRun[]) =>
    validate(runs).rows.map(({ boot, run, row, predicted, open }) => [
      boot,
      run,
      row,
      predicted,
      open,
    ]);
  const lie = fc.record({
    call: anyRow,
    flush: anyRow,
    ops: fc.option(fc.nat(), { nil: undefined }),
    minflt: fc.option(fc.nat(), { nil: undefined }),
    opNs: fc.nat(),
    baseNs: fc.nat(),
    extra: fc.dictionary(fc.constantFrom("err", "calls", "want"), fc.nat()),
  });
  const chosen = fc.shuffledSubarray([...fixture], { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(chosen, fc.array(lie, { minLength: 6, maxLength: 6 }), (runs, lies) => {
      const falsified = runs.map((run, i) => falsify(run, lies[i]!));
      expect(predictions(falsified)).toEqual(predictions(runs));
    }),
    { numRuns: 15, seed: 1 },
  );
});
