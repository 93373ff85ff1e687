/** docs/costs.md is what scripts/costsPage.mjs would write; UPDATE_GOLDEN=1 writes it here too. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { costsPage } from "../../lib/experiments/costsPage.ts";
import { costKeys } from "../../lib/machine/costs.ts";
import { profileNames, profiles } from "../../lib/machine/profile.ts";

const file = new URL("../../docs/costs.md", import.meta.url);

function section(page: string, heading: string): string {
  const found = page.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`));
  return found ?? "";
}

test("the page is what the script would write", () => {
  const text = costsPage();
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  else expect(readFileSync(file, "utf8")).toBe(text);
});

/** Steps that only other architectures have. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  x86: ["tlbi", "dsb", "tlbie", "ptesync"],
  arm64: ["invlpgb", "tlbsync", "tlbie", "ptesync", "rar"],
  powerpc: ["invlpgb", "tlbsync", "tlbi", "dsb", "rar"],
};

test("every platform has each step of its architecture, and no step of another one", () => {
  const page = costsPage();
  for (const name of profileNames) {
    const steps = [...section(page, name).matchAll(/^\| `(\w+)` \|/gm)].map(([, step]) => step);
    const foreign = FOREIGN[profiles[name].arch] ?? [];
    expect(steps, name).toEqual(costKeys.filter((step) => !foreign.includes(step)));
  }
});

test("the first table counts what the tables show", () => {
  const page = costsPage();
  const counts = section(page, "How well costs are known");
  for (const name of profileNames) {
    const row = counts.split("\n").find((line) => line.includes(`\`${name}\``)) ?? "";
    const [total, ...known] = [...row.matchAll(/\| (\d+) (?=\|)/g)].map(([, n]) => Number(n));
    const own = section(page, name);
    const shown = ["measured", "cited", "assumed"].map(
      (evidence) => own.split(`| ${evidence} |`).length - 1,
    );
    expect(known, name).toEqual(shown);
    expect(total, name).toBe(shown.reduce((sum, n) => sum + n, 0));
  }
});

test("a figure stands with its range, its evidence and its source", () => {
  const page = costsPage();
  expect(section(page, "x86TwoSocket")).toMatch(
    /^\| `gracePeriod` \| 22,900,000 \| 4,000,000–22,900,000 \| cited \| \[Lance-2026\] /m,
  );
  expect(section(page, "Contended lines")).toMatch(/^\| 64 \| 1,586 \| 584 \| 3,008 \| {2}\|$/m);
  expect(section(page, "Machines with figures of their own")).toContain(
    "| `emag32` | `dsb` | 6,344",
  );
});

test("every publication that a source names is listed", () => {
  const page = costsPage();
  const list = section(page, "Publications");
  const named = new Set([...page.matchAll(/\[([A-Z][\w-]+|linux|lab|perf\w*|core2core)\](?!\()/g)]);
  const keys = new Set([...named].map(([, key]) => key ?? ""));
  for (const key of keys) expect(list).toContain(`- [${key}] `);
  expect(keys.size).toBeGreaterThan(20);
});
