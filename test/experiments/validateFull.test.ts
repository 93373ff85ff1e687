/** The full files of the lab, where they lie beside the repository. */
import { readFileSync } from "node:fs";
import type { TestContext } from "vitest";
import { expect, test } from "vitest";
import { missedBounds, validate } from "../../lib/experiments/validate.ts";
import type { Agreement, AgreementRow, Validation } from "../../lib/index.ts";
import { agreementOf } from "../../lib/index.ts";
import type { ArchKind } from "../../lib/machine/arch.ts";
import { labCsv } from "../../lib/observed/labCsv.ts";
import { FIXTURE, FIXTURE_POLICIES, fullLab } from "./labFiles.ts";

/** 10 s on a machine that does nothing else. */
const TIMEOUT_MS = 300_000;
const LAB = "lab/data.csv";
const POLICIES = "lab-policies/data.csv";

const known = new Map<string, Validation>();

/** A file is compared once for all tests. */
function validated(context: TestContext, name: string): Validation {
  const path = fullLab(context, name);
  const found = known.get(path) ?? validate(labCsv.read(path));
  known.set(path, found);
  return found;
}

function ofArch({ rows }: Validation, arch: ArchKind): readonly AgreementRow[] {
  return rows.filter((row) => row.arch === arch);
}

/** What the bounds of a call row are about. */
function checkCalls(calls: Agreement, median: number): void {
  expect(Math.abs(calls.median)).toBeLessThanOrEqual(median);
  expect(calls.p95).toBeLessThanOrEqual(7);
  expect(calls.below / calls.runs).toBeLessThanOrEqual(0.01);
}

test("lab: all bounds hold on 95 % of the emulated runs", { timeout: TIMEOUT_MS }, (context) => {
  const full = validated(context, LAB);
  expect(missedBounds(full)).toEqual([]);
  expect([full.runs, full.emulated]).toEqual([4573, 4127]);
  const covered = full.rows.filter(({ kind }) => kind === "call").length;
  expect(covered / full.emulated).toBeGreaterThanOrEqual(0.95);
});

test("lab: TLB is exact, by CPU too where no process ends", { timeout: TIMEOUT_MS }, (context) => {
  const { rows } = validated(context, LAB);
  const tlb = agreementOf(rows, "flush");
  expect(tlb.runs).toBe(2855);
  expect(tlb.exactPct).toBeGreaterThanOrEqual(99.5);
  expect([tlb.exact, tlb.vectorsExact]).toEqual([2850, 2822]);
  const closed = rows.filter((row) => row.kind === "flush" && row.case !== "exit");
  const exact = closed.filter(({ difference }) => difference === 0);
  expect([closed.length, exact.length]).toEqual([2716, 2712]);
  expect(exact.filter(({ vectorExact }) => vectorExact !== true)).toEqual([]);
});

test("lab: raw differences of calls by architecture", { timeout: TIMEOUT_MS }, (context) => {
  const full = validated(context, LAB);
  const calls = (arch: ArchKind) => agreementOf(ofArch(full, arch), "call");
  expect(calls("x86").runs).toBeGreaterThan(2500);
  checkCalls(calls("x86"), 0);
  for (const arch of ["arm64", "powerpc"] as const) {
    expect(calls(arch).runs).toBeGreaterThan(450);
    checkCalls(calls(arch), 1);
  }
});

test("lab: polling CPUs need no wake-up call: CAL is exact", { timeout: TIMEOUT_MS }, (context) => {
  const { rows } = validated(context, LAB);
  const polling = rows.filter(({ boot }) => boot.includes("idlepoll"));
  const calls = agreementOf(polling, "call");
  expect(calls.runs).toBeGreaterThan(250);
  expect(calls.p95).toBe(0);
});

test("lab: native boots", { timeout: TIMEOUT_MS }, (context) => {
  const { native } = validated(context, LAB);
  const ofBoot = (boot: string) => native.filter((row) => row.boot === boot);
  const fifo = agreementOf(ofBoot("host-6.18-2-fifo"), "flush");
  expect([fifo.runs, fifo.exact]).toEqual([212, 200]);
  expect(fifo.exactPct).toBeGreaterThanOrEqual(90);
  // A helper of normal priority that does not run is skipped: the counts fall short, so no bound.
  const nice = ofBoot("host-6.18-2-nice").filter(({ kind }) => kind === "flush");
  expect(nice.filter(({ difference }) => difference < 0).length).toBeGreaterThan(60);
});

/** Reasons why no rule covers a run, as they begin. */
const REASONS = [
  "GUP-fast holds references to the pages: how many collapses fail before the flush",
  "case b=64: not in this version",
  "dirty shared pages, no CPU idle: how often another task stops the call is no parameter",
  "fork beside running threads: how many shared pages the parent writes is no parameter",
  "idle: other processes run on the lab's own machine",
  "khugepaged runs on any CPU",
  "khugepaged shares its CPU",
];

test("uncovered runs have names, and reasons that are known", {
  timeout: TIMEOUT_MS,
}, (context) => {
  for (const name of [LAB, POLICIES]) {
    const { rows, native, runs, uncovered, uncoveredRuns } = validated(context, name);
    const covered = [...rows, ...native].filter(({ kind }) => kind === "call").length;
    expect(uncoveredRuns).toHaveLength(runs - covered);
    for (const { boot, case: caseName, reason } of uncoveredRuns) {
      expect(boot).toMatch(/-\d+-/);
      expect(caseName).not.toBe("");
      expect(REASONS.filter((known) => reason.startsWith(known))).toHaveLength(1);
    }
    const counted = Object.values(uncovered).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(uncoveredRuns.length);
  }
});

test("parameter sets that the fixture leaves out hold the bounds", {
  timeout: TIMEOUT_MS,
}, (context) => {
  const full = validated(context, LAB);
  const copied = new Set(
    [...labCsv.read(FIXTURE)].map((run) => `${run.caseName} ${run.paramsText}`),
  );
  const isAside = (row: AgreementRow): boolean => !copied.has(`${row.case} ${row.params}`);
  const aside = { ...full, rows: full.rows.filter(isAside), native: full.native.filter(isAside) };
  expect(new Set(aside.rows.map((row) => `${row.case} ${row.params}`)).size).toBe(41);
  expect(missedBounds(aside)).toEqual([]);
  const tlb = agreementOf(aside.rows, "flush");
  expect([tlb.runs, tlb.exact]).toEqual([620, 620]);
});

test("policies: broadcast, skip and targeted hold the bounds, each on its own", {
  timeout: TIMEOUT_MS,
}, (context) => {
  const full = validated(context, POLICIES);
  expect(missedBounds(full)).toEqual([]);
  for (const policy of ["p0", "p1", "p2"]) {
    const rows = full.rows.filter(({ boot }) => boot.includes(policy));
    expect(missedBounds({ ...full, rows })).toEqual([]);
    const tlb = agreementOf(rows, "flush");
    expect([tlb.runs, tlb.exact, tlb.vectorsExact]).toEqual([54, 54, 54]);
    expect(agreementOf(rows, "call").runs).toBe(51);
  }
});

test("policies: RCU is exact where it does not sync; the rest is open by name", {
  timeout: TIMEOUT_MS,
}, (context) => {
  const { rows } = validated(context, POLICIES);
  const rcu = rows.filter(({ boot }) => boot.includes("p3"));
  const tlb = agreementOf(rcu, "flush");
  expect([tlb.runs, tlb.exact, tlb.vectorsExact]).toEqual([54, 54, 54]);
  const calls = agreementOf(rcu, "call");
  expect([calls.runs, calls.exact, calls.max]).toEqual([14, 13, 1]);
  const open = rcu.filter((row) => row.open !== null && row.kind === "call");
  expect(open.filter((row) => /^RCU: about two wake-ups/.test(row.open ?? ""))).toHaveLength(37);
  expect(open).toHaveLength(40);
});

test("the fixture is a part of the full files, byte for byte", (context) => {
  for (const [name, copy] of [
    [LAB, FIXTURE],
    [POLICIES, FIXTURE_POLICIES],
  ] as const) {
    const lines = new Set(readFileSync(fullLab(context, name), "utf8").split("\n"));
    const copied = readFileSync(copy, "utf8").split("\n");
    expect(copied.length).toBeGreaterThan(100);
    expect(copied.filter((line) => !lines.has(line))).toEqual([]);
  }
});
