/** `npm run validate -- --lab FILE.csv`: agreement of the model with a lab's measured runs. */
import { parseArgs } from "node:util";
import { missing, ShootdownError } from "../base/messages.ts";
import { labCsv } from "../observed/labCsv.ts";
import { judgePublished } from "./targets/targets.ts";
import { targetsText } from "./targets/targetsText.ts";
import { missedBounds, validate } from "./validate.ts";
import { validationJson } from "./validateJson.ts";
import { validationText } from "./validateReport.ts";

const HELP = `usage: npm run validate -- --lab FILE.csv [--targets] [--json] [--quiet]

Predicts every run of a file in the format of the lab (one line per run and interrupt
row) from its parameters, and compares the CAL and TLB rows with what was counted.

  --lab FILE   the measured runs; may be given more than once
  --targets    published results V1 to V28 beside what the model says to each
  --json       plain data on standard output instead of tables
  --quiet      no progress on standard error

Exit status: 0 all bounds hold, 1 a bound is missed, 2 the arguments or a file are wrong.
`;

/** Runs the command; returns its exit status. */
export function main(args: readonly string[]): number {
  try {
    return run(args);
  } catch (error) {
    if (!isOfTheCaller(error)) throw error;
    process.stderr.write(`${error.message}\n${HELP}`);
    return 2;
  }
}

/** Whether the arguments or a file are wrong, rather than this program. */
function isOfTheCaller(error: unknown): error is Error {
  if (error instanceof ShootdownError) return true;
  const isTyped = error instanceof TypeError && "code" in error;
  return isTyped && String(error.code).startsWith("ERR_PARSE_ARGS");
}

function run(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lab: { type: "string", multiple: true },
      json: { type: "boolean", default: false },
      quiet: { type: "boolean", default: false },
      targets: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const files = values.lab ?? [];
  if (files.length === 0 && !values.targets) {
    throw missing("--lab", "a file of measured runs, or --targets");
  }
  let status = 0;
  const reports: Record<string, unknown> = {};
  for (const file of files) {
    const validation = validate(labCsv.read(file), values.quiet ? () => {} : progress);
    if (missedBounds(validation).length > 0) status = 1;
    if (values.json) reports[file] = validationJson(validation);
    else process.stdout.write(`${file}\n${validationText(validation)}\n`);
  }
  if (values.targets) {
    const results = judgePublished();
    if (values.json) reports.targets = results;
    else process.stdout.write(`${targetsText(results)}\n`);
  }
  if (values.json) {
    const [first, ...more] = Object.values(reports);
    const only = more.length === 0 ? first : reports;
    process.stdout.write(`${JSON.stringify(only, null, 1)}\n`);
  }
  return status;
}

function progress(done: number): void {
  if (done % 500 === 0) process.stderr.write(`${done} runs compared\n`);
}
