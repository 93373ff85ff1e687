/** Writes docs/safety.md: each wrong kernel, and what the explorer finds about it; minutes. */
import { writeFileSync } from "node:fs";
import { build, setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

async function page() {
  const { FAMILIES } = await import("../dist/lib/experiments/mutantTable/families.js");
  const { judgeRow } = await import("../dist/lib/experiments/mutantTable/judge.js");
  const { safetyPage } = await import("../dist/lib/experiments/safetyPage.js");
  const judged = [];
  for (const row of Object.values(FAMILIES).flat()) {
    judged.push(await judgeRow(row));
    console.log(
      `${row.id}: ${judged
        .at(-1)
        .found.map(({ outcome }) => outcome)
        .join(", ")}`,
    );
  }
  writeFileSync("docs/safety.md", safetyPage(judged));
}

argumentsOf(
  "usage: node scripts/safetyPage.mjs\n\nWrites docs/safety.md: each wrong kernel, and what the explorer finds about it; minutes.",
);
const status = setup() || build();
if (status === 0) await page();
process.exitCode = status;
