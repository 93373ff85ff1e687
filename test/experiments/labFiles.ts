/** The measured runs of the fixture and of the full lab, and copies with other counts. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

/** The measured runs that lie in the repository. */
export const FIXTURE: string = pathOf("../fixtures/lab/data.csv");
/** Those of the kernel whose policy was chosen at boot. */
export const FIXTURE_POLICIES: string = pathOf("../fixtures/lab/policies.csv");

/** What `shootdown lab run` measured with its own workload, plan and collector. */
export const FIXTURE_OWN: string = pathOf("../fixtures/lab/own.csv");

/** A file of the full lab beside the repository; without it the test is skipped, with the reason. */
export function fullLab(context: TestContext, name: string): string {
  const path = pathOf(`../../../shared/data/${name}`);
  if (!existsSync(path)) {
    console.info(`skipped what needs ${path}: it is missing`);
    context.skip(`${path} is missing`);
  }
  return path;
}

/** A changed copy of the policies' runs, for as long as `use` runs. */
export function withChanged<T>(change: (text: string) => string, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "shootdown-lab-"));
  try {
    const path = join(folder, "data.csv");
    writeFileSync(path, change(readFileSync(FIXTURE_POLICIES, "utf8")));
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A text in which one row of every run has other counts: `added` more in run number i. Vectors,
 * which would contradict the new totals, are left out.
 */
export function addToRow(text: string, row: "CAL" | "TLB", added: (run: number) => number): string {
  let run = 0;
  const counts = new RegExp(`,${row},([^,]+),(\\d+),\\d+,(?:0|"[^"]*"),(?:0|"[^"]*"),`);
  const change = (_: string, words: string, delta: string): string =>
    `,${row},${words},${Number(delta) + added(run++)},0,,,`;
  return text
    .split("\n")
    .map((line) => line.replace(counts, change))
    .join("\n");
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
