import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "../../lib/experiments/validateCli.ts";
import { buildKernel, root } from "../kernel/build.ts";
import { addToRow, FIXTURE_POLICIES, withChanged } from "./labFiles.ts";

let out = "";
let err = "";

beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("status 0 and a report by case when the bounds hold", () => {
  expect(main(["--lab", FIXTURE_POLICIES, "--quiet"])).toBe(0);
  expect(out).toContain(`${FIXTURE_POLICIES}\n33 of 42 runs are covered.`);
  expect(out).toMatch(/^collapse mb=64 T=1 +3 +3 /m);
  expect(out).toMatch(/^TLB, emulated +33 +33 +100\.0 /m);
  expect(out).toMatch(/^ {5}6 {2}khugepaged runs on any CPU/m);
  expect(out).toContain("Call rows left out of the bound\n     3  shmem collapse");
  expect(out).toContain("All bounds hold.");
  expect(err).toBe("");
});

test("status 1 and the bound's name when one of 33 TLB rows is off by one", () => {
  const offByOne = (text: string) => addToRow(text, "TLB", (run) => (run === 5 ? 1 : 0));
  withChanged(offByOne, (path) => {
    expect(main(["--lab", path, "--quiet"])).toBe(1);
    expect(out).toContain("Bounds missed:\n  TLB exact on 96.97 % of runs, not 99.5 %");
  });
});

test("status 1 when CAL rows are off on average, or far off in one of seven", () => {
  withChanged(
    (text) => addToRow(text, "CAL", () => 2),
    (path) => {
      expect(main(["--lab", path, "--quiet"])).toBe(1);
      expect(out).toMatch(/Bounds missed:\n {2}CAL median net difference \d+, not 0/);
    },
  );
  withChanged(
    (text) => addToRow(text, "CAL", (run) => (run % 7 === 0 ? 60 : 0)),
    (path) => {
      expect(main(["--lab", path, "--quiet"])).toBe(1);
      expect(out).toMatch(/CAL 95th percentile, net: \d+, not at most 7/);
    },
  );
});

test("several files: one that misses a bound decides", () => {
  withChanged(
    (text) => addToRow(text, "TLB", () => 1),
    (path) => {
      expect(main(["--lab", path, "--lab", FIXTURE_POLICIES, "--quiet", "--json"])).toBe(1);
      const reports = JSON.parse(out) as Record<string, { ok: boolean }>;
      expect(Object.keys(reports)).toEqual([path, FIXTURE_POLICIES]);
      expect(reports[path]?.ok).toBe(false);
      expect(reports[FIXTURE_POLICIES]?.ok).toBe(true);
    },
  );
});

test("--json prints one object of plain data", () => {
  expect(main(["--lab", FIXTURE_POLICIES, "--json", "--quiet"])).toBe(0);
  const report = JSON.parse(out);
  expect(Object.keys(report)).toEqual([
    "ok",
    "missed",
    "runs",
    "covered",
    "uncovered",
    "totals",
    "native",
    "cases",
    "rows",
  ]);
  expect(report).toMatchObject({ ok: true, missed: [], runs: 42, covered: 33 });
  expect(Object.values(report.uncovered)).toEqual([6, 3]);
  expect(Object.keys(report.totals)).toEqual(["tlb", "cal", "cal_net", "cal_open"]);
  expect(report.totals.tlb).toEqual({
    runs: 33,
    exact: 33,
    exactPct: 100,
      below: 0,
    median: 0,
    p95: 0,
    min: 0,
    max: 0,
    vectorsExact: 33,
  });
  expect(report.native.fifo.tlb.runs).toBe(0);
  expect(report.rows).toHaveLength(66);
  expect(report.rows[0]).toMatchObject({
    boot: "x86-7.3p0-8-policy",
    case: "collapse",
    params: "mb=64 T=1",
    row: "CAL",
    predicted: 224,
  });
  expect(report.cases[0]).toMatchObject({ case: "collapse mb=128 T=1", runs: 3, tlb_exact: 3 });
});

test("progress goes to standard error, unless --quiet", () => {
  expect(main(["--lab", FIXTURE_POLICIES])).toBe(0);
  expect(err).toBe("");
  const twelveTimes = (text: string) => {
    const [header, ...lines] = text.trimEnd().split("\n");
    const boots = Array.from({ length: 12 }, (_, i) => `-again${i},`);
    const again = boots.flatMap((boot) => lines.map((line) => line.replace("-policy,", boot)));
    return [header, ...again, ""].join("\n");
  };
  withChanged(twelveTimes, (path) => {
    expect(main(["--lab", path])).toBe(0);
    expect(err).toBe("500 runs compared\n");
  });
});

test("--help explains the arguments and the exit status", () => {
  expect(main(["--help"])).toBe(0);
  expect(out).toMatch(/^usage: npm run validate -- --lab FILE\.csv/);
  expect(out).toContain("Exit status: 0 all bounds hold, 1 a bound is missed, 2 the arguments");
});

test("status 2 and the usage for wrong arguments and files", () => {
  const wrong = [
    { args: [], message: "SD003: missing --lab (expected a file of measured runs, or --targets)" },
    { args: ["--lob", FIXTURE_POLICIES], message: "'--lob'" },
    { args: [FIXTURE_POLICIES], message: "positional" },
    { args: ["--lab"], message: "--lab" },
    { args: ["--lab", "/nowhere/data.csv"], message: "SD011: file refused" },
  ];
  for (const { args, message } of wrong) {
    err = "";
    expect(main(args)).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain("usage: npm run validate");
  }
  expect(out).toBe("");
});

test("status 2 for a file of another format, with the line that is wrong", () => {
  const wrong = [
    { change: () => "", message: "SD006: malformed lab data" },
    { change: () => "boot,case\n", message: "SD006: malformed header" },
    {
      change: (text: string) => text.replace(/,TLB shootdowns,\d+/, ",TLB shootdowns,x"),
      message: "line 3",
    },
    { change: (text: string) => text.replace("mb=64 T=1", "mb=half T=1"), message: "SD006" },
    { change: (text: string) => text.replace("x86-7.3p0-", "vax-7.3p0-"), message: "boot name" },
  ];
  for (const { change, message } of wrong) {
    err = "";
    withChanged(change, (path) => expect(main(["--lab", path, "--quiet"])).toBe(2));
    expect(err).toContain(message);
  }
});

test("the command ends with that status", () => {
  buildKernel();
  const command = join(root, "dist/lib/experiments/validateMain.js");
  const statusOf = (path: string) =>
    spawnSync(process.execPath, [command, "--lab", path, "--quiet"]).status;
  expect(statusOf(FIXTURE_POLICIES)).toBe(0);
  expect(statusOf("/nowhere/data.csv")).toBe(2);
  const offByOne = (text: string) => addToRow(text, "TLB", () => 1);
  withChanged(offByOne, (path) => expect(statusOf(path)).toBe(1));
});
