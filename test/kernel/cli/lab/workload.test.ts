/** The workload in C, compiled here and run on this machine: tiny plans, nothing is judged. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { labCases } from "../../../../kernel/cli/lab/plan.ts";
import { findProgram } from "../../../../kernel/cli/lab/tools.ts";
import { readLabStream } from "../../../../lib/observed/labStream.ts";
import { root } from "../../build.ts";
import { testFolder } from "../../notebooks.ts";

const sources = path.join(root, "lab/src");
const folder = testFolder("lab-workload");

/** The compiled workload; skips the test where there is no compiler, or no Linux. */
function workload({ skip }: TestContext): string {
  const missing = process.platform === "linux" ? "C compiler" : "Linux";
  if (missing === "Linux" || findProgram("cc") === undefined) {
    console.info(`skipped: the lab's workload needs a ${missing}`);
    return skip(`no ${missing}`);
  }
  const program = path.join(folder, "lab");
  if (fs.existsSync(program)) return program;
  const files = fs.readdirSync(sources).filter((file) => file.endsWith(".c"));
  const paths = files.map((file) => path.join(sources, file));
  const options = ["-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", program];
  const { status, stderr } = spawnSync("cc", [...options, ...paths], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  return program;
}

function resultsOf(program: string, plan: string): string {
  const file = path.join(folder, "plan");
  fs.writeFileSync(file, plan);
  const { status, stdout } = spawnSync(program, ["-f", file], { encoding: "utf8" });
  expect(status).toBe(0);
  return stdout;
}

describe("the workload", () => {
  it("does each case that needs no privilege, and reports it as the collector reads it", (c) => {
    const own = "settle=1 settle2=1 reps=1";
    const ranges = ["munmap", "mprotect", "dontneed", "madvfree", "cold", "mremap"];
    const plan = [
      `idle ms=1 ${own}`,
      `membarrier n=2 T=2 ${own}`,
      ...ranges.map((name) => `${name} n=3 pages=2 T=2 st=sleep ${own}`),
      `munmap n=3 pages=2 keep=1 poke=1 T=2 st=sleep ${own}`,
      `fork phase=cow pages=4 ${own}`,
      `fork phase=forkexit n=2 ${own}`,
      `exit T=2 st=sleep mb=1 ${own}`,
      `reclaim kind=file pages=4 ${own}`,
    ];
    const results = resultsOf(workload(c), `# a comment\n\n${plan.join("\n")}\n`);
    const { runs, skipped, ended } = readLabStream([results]);
    expect([skipped, ended]).toEqual([[], plan.length]);
    expect(runs.map(({ caseName }) => caseName)).toEqual(plan.map((line) => line.split(" ")[0]));
    for (const { caseName, extra, rows } of runs) {
      expect(labCases).toContain(caseName);
      expect([caseName, extra.err ?? 0]).toEqual([caseName, 0]);
      expect(rows.length).toBeGreaterThan(3);
    }
  });

  it("heeds repetitions and the sizes of machines that a case is for", (c) => {
    const plan = "idle ms=1 settle=1 reps=2\nidle ms=1 min=100000\nidle ms=1 max=0\n";
    const { runs } = readLabStream([resultsOf(workload(c), plan)]);
    expect(runs.map(({ rep, params }) => [rep, params])).toEqual([
      [0, "ms=1 settle=1"],
      [1, "ms=1 settle=1"],
    ]);
  });
});
