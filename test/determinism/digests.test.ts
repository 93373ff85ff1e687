/**
 * The tables of a fixed set of runs are the same on every Node and in every run. `UPDATE_GOLDEN=1`
 * approves new digests; `SHOOTDOWN_NODES=1` makes a Node that cannot be fetched a failure.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildKernel, root } from "../kernel/build.ts";
import { nodeBinary } from "./otherNodes.ts";

const GOLDEN = join(root, "test/golden/digests.json");
const SCRIPT = join(root, "scripts/digests.mjs");
const OTHERS = [20, 22, 24].filter((major) => !process.versions.node.startsWith(`${major}.`));

/** Run by run, table by table. */
type Digests = Readonly<Record<string, Readonly<Record<string, string>>>>;

beforeAll(() => {
  buildKernel();
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(GOLDEN, printedBy(process.execPath));
});

/** What the script prints on a Node. */
function printedBy(node: string): string {
  const { status, stdout, stderr } = spawnSync(node, [SCRIPT], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

function approved(): Digests {
  return JSON.parse(readFileSync(GOLDEN, "utf8")) as Digests;
}

test("this Node gives the approved digests, and the same text again", () => {
  const printed = printedBy(process.execPath);
  expect(JSON.parse(printed)).toEqual(approved());
  expect(printedBy(process.execPath)).toBe(printed);
});

test.for(OTHERS)("Node %i gives the approved digests", { timeout: 90_000 }, (major, { skip }) => {
  const { path, missing } = nodeBinary(major);
  if (path === undefined) {
    if (process.env.SHOOTDOWN_NODES !== undefined) throw new Error(missing);
    console.info(`skipped on Node ${major}: ${missing}`);
    skip(missing);
    return;
  }
  expect(JSON.parse(printedBy(path))).toEqual(approved());
});

test("runs differ in every table that holds times or counts", () => {
  const runs = Object.values(approved()).filter((tables) => "run" in tables);
  expect(runs).toHaveLength(9);
  for (const table of ["interrupts", "durations", "summary", "run"]) {
    expect(new Set(runs.map((tables) => tables[table])).size).toBe(runs.length);
  }
  for (const tables of runs) {
    for (const digest of Object.values(tables)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  }
});
