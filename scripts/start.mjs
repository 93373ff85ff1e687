/** Runs the flagship notebook and shows where its report is. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, root, runNode, setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

const NOTEBOOK = "notebooks/01-collapse.ipynb";
const EXECUTED = "out/01-collapse.ipynb";
const REPORT = "out/01-collapse.html";

argumentsOf(
  "usage: node scripts/start.mjs\n\nRuns the flagship notebook and shows where its report is.",
);
process.exitCode = setup() || build() || start();

function start() {
  // Results of an earlier run must not be taken for those of this one.
  for (const path of [EXECUTED, REPORT]) rmSync(join(root, path), { force: true });
  mkdirSync(join(root, "out"), { recursive: true });
  const args = ["run", NOTEBOOK, "--out", EXECUTED, "--html", REPORT];
  const code = runNode("dist/kernel/cli.js", args);
  if (code === 0) console.log(`\n${closing(join(root, EXECUTED))}`);
  if (existsSync(join(root, REPORT))) console.log(`\nreport: ${join(root, REPORT)}`);
  return code;
}

/** What an executed notebook has found, and its last table. */
function closing(path) {
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  const outputsOf = (cell) => cell?.outputs ?? [];
  const finding = cells.find((cell) => cell.metadata.tags?.includes("finding"));
  const found = outputsOf(finding).flatMap((output) => output.text ?? []);
  const texts = cells
    .flatMap(outputsOf)
    .map((output) => output.data?.["text/plain"])
    .filter((text) => text !== undefined);
  const table = [texts.at(-1) ?? ""].flat().join("").trimEnd();
  return `${wrapped(found.join("").trim())}\n\n${table}`;
}

/** The text in lines that a terminal of 80 columns does not break in words. */
function wrapped(text) {
  return text.replace(/(.{1,78})(?:\s+|$)/g, "$1\n").trimEnd();
}
