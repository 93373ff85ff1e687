/** The API reference says what the sources say. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("docs/api.md is what scripts/apiPage.mjs writes", () => {
  const script = join(root, "scripts/apiPage.mjs");
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("every section has a text", () => {
  const sections = readFileSync(join(root, "docs/api.md"), "utf8").split("\n### ").slice(1);
  const withoutText = sections.filter((section) => {
    const [, ...lines] = section.replace(/^```text\n[\s\S]*?^```$/gm, "").split("\n");
    return lines.every((line) => line === "" || line.startsWith("|") || line.startsWith("## "));
  });
  expect(withoutText.map((section) => section.split("\n", 1)[0])).toEqual([]);
});
