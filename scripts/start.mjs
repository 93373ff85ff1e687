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
  if (code === 0) console.log(`\n${closingTable(join(root, EXECUTED))}`);
  if (existsSync(join(root, REPORT))) console.log(`\nreport: ${join(root, REPORT)}`);
  return code;
}

/** The last plain-text output of an executed notebook. */
function closingTable(path) {
  const { cells } = JSON.parse(readFileSync(path, "utf8"));
  const texts = cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((output) => output.data?.["text/plain"])
    .filter((text) => text !== undefined);
  return [texts.at(-1) ?? ""].flat().join("").trimEnd();
}
