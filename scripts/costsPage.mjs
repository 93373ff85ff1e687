/** Writes docs/costs.md: every cost of every platform, with its evidence and its source. */
import { writeFileSync } from "node:fs";
import { build, setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

async function page() {
  const { costsPage } = await import("../dist/lib/experiments/costsPage.js");
  writeFileSync("docs/costs.md", costsPage());
}

argumentsOf(
  "usage: node scripts/costsPage.mjs\n\nWrites docs/costs.md: every cost of every platform, with its evidence and its source.",
);
const status = setup() || build();
if (status === 0) await page();
process.exitCode = status;
