import { expect, test } from "vitest";
import type { TargetResult } from "../../lib/experiments/targets/target.ts";
import { validate } from "../../lib/experiments/validate.ts";
import { validationText } from "../../lib/experiments/validateReport.ts";
import { validationPage } from "../../lib/experiments/validationPage.ts";
import { labCsv } from "../../lib/observed/labCsv.ts";
import { FIXTURE_POLICIES } from "./labFiles.ts";

const held: TargetResult = {
  id: "V1",
  what: "20 GiB collapsed",
  unit: "interrupts",
  reported: 646_316,
  predicted: 645_120,
  ratio: 645_120 / 646_316,
  tolerance: "+-0.19 %",
  holds: true,
  source: "one mail",
  remark: "the rest is background",
};
const missed: TargetResult = {
  ...held,
  id: "V8",
  reported: 0,
  predicted: 227.5432,
  ratio: Number.POSITIVE_INFINITY,
  holds: false,
  remark: "",
};

test("files come with coverage, bounds and what is not covered", () => {
  const validation = validate(labCsv.read(FIXTURE_POLICIES));
  const page = validationPage([{ name: "lab/some.csv", validation }], []);
  const report = validationText(validation).trimEnd();
  expect(page).toContain(`\n## lab/some.csv\n\n\`\`\`text\n${report}\n\`\`\`\n`);
  expect(report).toMatch(/^\d+ of \d+ runs are covered\.$/m);
  expect(Object.keys(validation.uncovered)).not.toEqual([]);
  for (const reason of Object.keys(validation.uncovered)) {
    expect(report).toContain(reason.slice(0, 40));
  }
  expect(page).toContain("- TLB exact on 99.5 % of the covered runs.");
});

test("published results come with figures, remarks and sources, and say what misses", () => {
  const page = validationPage([], [held, missed]);
  expect(page).toContain("1 of 2 hold. Missed: V8.");
  expect(page).toContain(
    "| V1 | 20 GiB collapsed | 646,316 | 645,120 | interrupts | 1.00 | +-0.19 % | yes |",
  );
  expect(page).toContain("| 0 | 227.5 | interrupts |  | +-0.19 % | **no** |");
  expect(page).toContain("### Remarks\n\n- V1: the rest is background\n\n### Sources");
  expect(page).toContain("- V1, V8: one mail\n");
});
