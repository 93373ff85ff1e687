/**
 * Executes all notebooks, two at a time, compares what they put out with what is stored, and writes
 * the reports with their front page, out/reports/index.html. `--stored` renders without executing.
 */
import { build, runNode, setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

const { stored, quiet, json } = argumentsOf(
  `usage: node scripts/reports.mjs [options]

Executes all notebooks, compares what they put out with what is stored, and writes the reports with
their front page, out/reports/index.html.

  --stored   render what is stored, without executing
  --quiet    no progress
  --json     print the result as JSON`,
  {
    options: {
      stored: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  },
).values;
const check = stored ? [] : ["--check"];
const rest = [...(quiet ? ["--quiet"] : []), ...(json ? ["--json"] : [])];

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
