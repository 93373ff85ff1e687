/**
 * Runs all tests, or those that the arguments select, and ends with one line:
 * `N passed, N failed`, followed by `, N skipped` when there are any.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, runNode, setup } from "./tasks.mjs";

const folder = mkdtempSync(join(tmpdir(), "shootdown-test-"));
const report = join(folder, "report.json");
const code = setup() || build() || test();
console.log(summary(code));
rmSync(folder, { recursive: true });
process.exitCode = code;

function test() {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return runNode("node_modules/vitest/vitest.mjs", ["run", ...reporters, ...process.argv.slice(2)]);
}

/** A run that failed for another reason than a test (a file that does not load) counts as one. */
function summary(exitCode) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of results()) {
    const statuses = file.assertionResults.map(({ status }) => status);
    counts.passed += statuses.filter((status) => status === "passed").length;
    counts.failed += statuses.filter((status) => status === "failed").length;
    counts.skipped += statuses.filter((status) => /^(skipped|pending|todo)$/.test(status)).length;
    if (file.status === "failed" && !statuses.includes("failed")) counts.failed++;
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  const { passed, failed, skipped } = counts;
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/** The tested files; none when the tests were never reached. */
function results() {
  try {
    return JSON.parse(readFileSync(report, "utf8")).testResults;
  } catch {
    return [];
  }
}
