/** docs/mutants.md is the mutant table; `npx vitest run test/docs/mutants.test.ts -u` writes it. */
import { expect, test } from "vitest";
import { FAMILIES } from "../experiments/questions/mutantFamilies.ts";
import type { MutantRow } from "../experiments/questions/mutantTable.ts";

const HEAD = `# Wrong kernels and their verdicts

Each row is a kernel with something wrong in it, or a sane one that only looks wrong, and what the
explorer must answer: **F**, it shows a schedule that violates the property; **P**, it holds within
its bounds; –, not asked. The rows and their questions are in \`test/experiments/questions/mutants\`:
sc and x86-tso are checked by \`npm test\`, weak by \`npm run test:slow\`, and so is every repaired
variant, which must hold. Numbers are those of the reviews and commits that the rows come from; a
remark behind one is another setting of it. A mutant is a policy with a step dropped or weakened, an
unsafe variant of a policy, or a scenario with one step in another place.
`;

const TITLES: Readonly<Record<string, string>> = {
  tracker: "Trackers, and where the sync stands",
  skip: "Syncs that are skipped",
  unshare: "Unshare, khugepaged, tables that are freed alone",
  counts: "Filters and counters",
  unmap: "Flushes of unmapped pages that wait",
  generations: "TLB generations, lazy CPUs, INVLPGB and RAR",
  deferral: "Flushes that are left for later",
  lazyMm: "Borrowed address spaces",
  deferral: "Flushes left to the kernel entry",
};

function line({ id, what, expected, property, fixed }: MutantRow): string {
  const verdicts = [...expected].map((letter) => (letter === "-" ? "–" : letter));
  const repaired = Object.keys(fixed).join("; ");
  return `| ${[id, what, ...verdicts, property ?? "", repaired].join(" | ")} |`;
}

function section([family, rows]: [string, readonly MutantRow[]]): string {
  const notes = rows.flatMap(({ id, note }) => (note === undefined ? [] : [`- ${id}: ${note}`]));
  const reasons = [...new Set(rows.flatMap(({ noWeak }) => noWeak ?? []))];
  return [
    `\n## ${TITLES[family] ?? family}\n`,
    "| | what is wrong | sc | x86-tso | weak | property | repaired, or beside it |",
    "|---|---|---|---|---|---|---|",
    ...rows.map(line),
    ...(reasons.length > 0
      ? ["", ...reasons.map((reason) => `Not asked under weak: ${reason}.`)]
      : []),
    ...(notes.length > 0 ? ["", ...notes] : []),
    "",
  ].join("\n");
}

test("the page is the table", async () => {
  const page = HEAD + Object.entries(FAMILIES).map(section).join("");
  await expect(page).toMatchFileSnapshot("../../docs/mutants.md");
});
