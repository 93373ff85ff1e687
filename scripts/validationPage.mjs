/** Writes docs/validation.md: agreement with measured files at hand and with published results. */
import { existsSync, writeFileSync } from "node:fs";
import { build, setup } from "./tasks.mjs";
import { argumentsOf, refuse } from "./usage.mjs";

const LAB = ["../shared/data/lab/data.csv", "../shared/data/lab-policies/data.csv"];
const HELP = `usage: node scripts/validationPage.mjs [FILE.csv]...

Writes docs/validation.md: agreement with measured files and with published results. Without files,
with those of the lab that are there: ${LAB.join(", ")}.`;

const files = argumentsOf(HELP, { allowPositionals: true }).positionals;
const missing = files.find((file) => !existsSync(file));
if (missing !== undefined) refuse(`${missing}: no such file`, HELP);
const known = files.length > 0 ? files : LAB;

async function page() {
  const { labCsv } = await import("../dist/lib/observed/labCsv.js");
  const { validate } = await import("../dist/lib/experiments/validate.js");
  const { validationPage } = await import("../dist/lib/experiments/validationPage.js");
  const { judgePublished } = await import("../dist/lib/experiments/targets/targets.js");
  const validated = known.filter(existsSync).map((file) => ({
    name: file.split("/").slice(-2).join("/"),
    validation: validate(labCsv.read(file)),
  }));
  writeFileSync("docs/validation.md", validationPage(validated, judgePublished()));
}

const status = setup() || build();
if (status === 0) await page();
process.exitCode = status;
