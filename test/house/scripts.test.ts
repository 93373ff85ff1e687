/** What scripts say about themselves, and to who asks for something they do not have. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../kernel/build.ts";

/** Parts of others, and those that hand their arguments on to a program with a help of its own. */
const others = ["tasks.mjs", "usage.mjs", "test.mjs", "validate.mjs"];
const scripts = readdirSync(`${root}/scripts`)
  .filter((name) => name.endsWith(".mjs") && !others.includes(name))
  .map((name) => `scripts/${name}`);

function told(script: string, option: string) {
  return spawnSync(process.execPath, [script, option], { cwd: root, encoding: "utf8" });
}

test.each([...scripts, "bench/run.mjs"])("%s --help tells how it is used", (script) => {
  const { status, stdout, stderr } = told(script, "--help");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`usage: node ${script}`);
});

test.each([...scripts, "bench/run.mjs"])("%s refuses what it does not know", (script) => {
  const { status, stdout, stderr } = told(script, "--no-such-option");
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^Unknown option '--no-such-option'.*\n\nusage: node /);
});
