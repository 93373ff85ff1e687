/** Writes docs/validation.md: agreement with every measured file that is at hand. */
import { existsSync, writeFileSync } from "node:fs";
import { build, setup } from "./tasks.mjs";

const files = process.argv.slice(2);
const known =
  files.length > 0
    ? files
    : ["../shared/data/lab/data.csv", "../shared/data/lab-policies/data.csv"];

async function page() {
  const { labCsv } = await import("../dist/lib/observed/labCsv.js");
  const { validate } = await import("../dist/lib/experiments/validate.js");
  const { validationText } = await import("../dist/lib/experiments/validateReport.js");
  const parts = [
    "# Agreement with real kernels",
    "",
    "Written by `node scripts/validationPage.mjs [FILE.csv …]`; do not edit. Every run of a file is",
    "predicted from its parameters alone and compared with what `/proc/interrupts` counted. How the CAL",
    "bound is held: [decision 0001](decisions/0001-net-of-background.md).",
    "",
  ];
  for (const file of known.filter(existsSync)) {
    const name = file.split("/").slice(-2).join("/");
    parts.push(
      `## ${name}`,
      "",
      "```text",
      validationText(validate(labCsv.read(file))).trimEnd(),
      "```",
      "",
    );
  }
  writeFileSync("docs/validation.md", parts.join("\n"));
}

const status = setup() || build();
if (status === 0) await page();
process.exitCode = status;
