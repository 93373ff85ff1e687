/**
 * Executes all notebooks, two at a time, compares what they put out with what is stored, and writes
 * the reports with their front page, out/reports/index.html. `--stored` renders without executing.
 */
import { build, runNode, setup } from "./tasks.mjs";

const args = process.argv.slice(2);
const isStored = args.includes("--stored");
const rest = args.filter((arg) => arg !== "--stored");
const check = isStored ? [] : ["--check"];

const reports = () =>
  runNode("dist/kernel/cli.js", [
    "gallery",
    "notebooks",
    "--out",
    "out/reports",
    ...check,
    ...rest,
  ]);

process.exitCode = setup() || build() || reports();
