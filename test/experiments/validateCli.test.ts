import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "../../lib/experiments/validateCli.ts";
import { buildKernel, root } from "../kernel/build.ts";
import { addToRow, FIXTURE, FIXTURE_POLICIES, withChanged } from "./labFiles.ts";

/** The model is asked for the published results once: that takes 10 s on an idle machine. */
vi.mock(import("../../lib/experiments/targets/targets.ts"), async (original) => {
  const real = await original();
  let known: ReturnType<typeof real.judgePublished> | undefined;
  const judgePublished = () => {
    known ??= real.judgePublished();
    return known;
  };
  return { ...real, judgePublished };
});

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

test("status 0 and a report when the bounds hold", () => {
  expect(main(["--lab", FIXTURE_POLICIES, "--quiet"])).toBe(0);
  expect(out).toContain(`${FIXTURE_POLICIES}\n60 of 68 runs are covered.\n60 of 68 runs on emul`);
  expect(out).toMatch(/^x86 TLB +60 +60 +100\.0 +0 +0 +0 +0 +0 +60 +exact >= 99\.5 %$/m);
  expect(out).toMatch(/^x86 CAL net +47 .* med 0, p95 <= 7$/m);
  expect(out).toMatch(/^x86-7\.3p2-8-policy +15 +15 +14 +9 +0 +6 +2$/m);
  expect(out).toMatch(/^collapse +28 +28 +18 +5 +1 +11$/m);
  expect(out).toMatch(/^collapse mb=32 T=N st=sleep +4 +0 +1 +1$/m);
  expect(out).toMatch(/^collapse mb=32 kind=shmem T=4 st=spin +4 +0 +- +-$/m);
  expect(out).toMatch(/^ {5}9 {6}32 {5}2 {3}135 {2}RCU: about two wake-ups a grace period/m);
  expect(out).toMatch(/^ {5}8 {2}khugepaged runs on any CPU.*\n {13}4 {2}collapse .*T=1$/m);
  expect(out).not.toContain("Native boots");
  expect(out).toMatch(/\n\nAll bounds hold\.\n\n$/);
  expect(err).toBe("");
});

test("the report of all machines is plain ASCII of at most 100 columns", {
  timeout: 300_000,
}, () => {
  expect(main(["--lab", FIXTURE, "--quiet"])).toBe(0);
  for (const line of out.split("\n").slice(1)) {
    expect(line).toMatch(/^[ -~]*$/);
    expect(line.length).toBeLessThanOrEqual(100);
  }
  expect(out).toContain("93 of 98 runs on the lab's own machine.");
  for (const row of ["x86 TLB", "x86 CAL", "arm64 IPI1", "powerpc line 16", "native FIFO TLB"]) {
    expect(out).toMatch(new RegExp(`^${row} `, "m"));
  }
  expect(out).toMatch(/^case +runs +exact( +runs +exact +med +p95){3}$/m);
  expect(out).toMatch(
    /that differ:\n {2}collapse mb=1024 T=1: 0 predicted, 2 counted\n\nCall rows left/,
  );
});

test("status 1 and the bound's name when one of 60 TLB rows is off by one", () => {
  const offByOne = (text: string) => addToRow(text, "TLB", (run) => (run === 5 ? 1 : 0));
  withChanged(offByOne, (path) => {
    expect(main(["--lab", path, "--quiet"])).toBe(1);
    expect(out).toContain("Bounds missed:\n  TLB exact on 98.33 % of runs, not 99.5 %");
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
    ...["ok", "missed", "runs", "emulated", "covered", "uncovered", "uncoveredRuns", "totals"],
    ...["open", "native", "cases", "rows"],
  ]);
  expect(report).toMatchObject({ ok: true, missed: [], runs: 68, emulated: 68, covered: 60 });
  expect(Object.values(report.uncovered)).toEqual([8]);
  expect(report.uncoveredRuns).toHaveLength(8);
  expect(report.uncoveredRuns[0]).toMatchObject({ boot: "x86-7.3p0-8-policy", case: "collapse" });
  expect(Object.keys(report.totals)).toEqual(["tlb", "cal", "cal_net", "open"]);
  expect(report.totals.tlb).toEqual({
    ...{ runs: 60, exact: 60, exactPct: 100, vectorsExact: 60 },
    ...{ median: 0, p95: 0, min: 0, max: 0, below: 0 },
  });
  expect(report.open.map(({ runs }: { runs: number }) => runs)).toEqual([9, 4]);
  expect(report.native.fifo.tlb.runs).toBe(0);
  expect(report.rows).toHaveLength(120);
  expect(report.rows[0]).toMatchObject({
    boot: "x86-7.3p0-8-policy",
    case: "idle",
    params: "ms=300",
    row: "CAL",
    predicted: 0,
  });
  const set = { arch: "x86", case: "collapse", params: "mb=128 T=1", open: null };
  expect(report.cases[0]).toMatchObject({ ...set, runs: 4, tlb_exact: 4 });
});

test("--json has every architecture, and the native boots", { timeout: 300_000 }, () => {
  expect(main(["--lab", FIXTURE, "--json", "--quiet"])).toBe(0);
  const { totals, native, cases } = JSON.parse(out);
  const names = ["tlb", "cal", "cal_net", "ipi1", "ipi1_net", "line16", "line16_net", "open"];
  expect(Object.keys(totals)).toEqual(names);
  expect([totals.ipi1.runs, totals.line16.runs]).toEqual([137, 135]);
  expect([native.fifo.tlb.runs, native.nice.tlb.runs]).toEqual([47, 46]);
  const arches = cases.map(({ arch }: { arch: string }) => arch);
  expect([...new Set(arches)]).toEqual(["x86", "arm64", "powerpc"]);
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

test("--targets prints published results, alone and behind files; they have no bound", {
  timeout: 300_000,
}, () => {
  expect(main(["--targets"])).toBe(0);
  expect(out).toMatch(/^Published results: \d+ of \d+ hold\./);
  for (let number = 1; number <= 28; number++) {
    expect(out).toMatch(new RegExp(`^V${number}(-\\S+)?  \\S`, "m"));
  }
  for (const line of out.split("\n")) expect(line).toMatch(/^[ -~]{0,100}$/);
  out = "";
  expect(main(["--lab", FIXTURE_POLICIES, "--targets", "--quiet"])).toBe(0);
  expect(out).toMatch(/^.*policies\.csv\n(.*\n)*All bounds hold\.\n\nPublished results:/);
});

test("--targets with --json is a list, and has a name of its own beside files", {
  timeout: 300_000,
}, () => {
  expect(main(["--targets", "--json"])).toBe(0);
  const results = JSON.parse(out);
  expect(results[0]).toMatchObject({ id: "V1", reported: 646_316, predicted: 645_120 });
  expect(results[0]).toMatchObject({ unit: "interrupts", holds: true });
  out = "";
  expect(main(["--lab", FIXTURE_POLICIES, "--targets", "--json", "--quiet"])).toBe(0);
  const reports = JSON.parse(out);
  expect(Object.keys(reports)).toEqual([FIXTURE_POLICIES, "targets"]);
  expect(reports.targets).toEqual(results);
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
    { change: (text: string) => text.replace("mb=128 T=1", "mb=half T=1"), message: "SD006" },
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
