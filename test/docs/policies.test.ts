/** docs/policies.md has every policy, with the listing that runs; UPDATE_GOLDEN=1 writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as sd from "../../lib/index.ts";

const file = new URL("../../docs/policies.md", import.meta.url);
const makers = sd.tableSync as unknown as Readonly<Record<string, () => sd.Policy>>;
const names = Object.keys(sd.tableSync).filter((name) => name !== "custom");

/** The page with the listing of each policy in the block under its heading. */
function withListings(page: string): string {
  return page
    .split(/^(?=## )/m)
    .map((section) => {
      const name = /^## (\w+)$/m.exec(section)?.[1] ?? "";
      const listing = makers[name]?.().listing() ?? "";
      return section.replace(/^```text\n[\s\S]*?^```$/m, `\`\`\`text\n${listing}\`\`\``);
    })
    .join("");
}

test("every policy has a section, in the order of the library", () => {
  const page = readFileSync(file, "utf8");
  expect([...page.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)).toEqual(names);
});

test("every section has the listing of its policy", () => {
  const page = readFileSync(file, "utf8");
  const expected = withListings(page);
  expect(expected.match(/^\/\* sync \*\/$/gm)).toHaveLength(names.length);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, expected);
  else expect(page).toBe(expected);
});
