import fs from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { loadSeams, tslabChanged, tslabGlobal } from "../../../kernel/lang/seams.ts";
import { compilerFacade } from "../../../kernel/lang/typescript.ts";

const require = createRequire(import.meta.url);

/** Names that only completion and inspection ask the compiler for. */
const notServed = ["getQuickInfoAtPosition"];

it("the facade has everything that tslab's converter asks its compiler for", () => {
  const facade = compilerFacade({
    projectRoot: "/project",
    notebookDir: "/project/notebooks",
    transform: () => [],
    onOptions: () => undefined,
    onScript: () => undefined,
  });
  const asked = ["converter", "metadata"].flatMap((name) => {
    const text = fs.readFileSync(require.resolve(`tslab/dist/${name}.js`), "utf8");
    return Array.from(text.matchAll(/\bts\.(\w+)/g), ([, member]) => member!);
  });
  expect(asked.length).toBeGreaterThan(50);
  expect(asked.filter((name) => !(name in facade) && !notServed.includes(name))).toEqual([]);
});

it("the seams are those of the pinned version", () => {
  const seams = loadSeams();
  expect(typeof seams.createConverter).toBe("function");
  expect(typeof seams.createExecutor).toBe("function");
  expect(seams.displayHook.lastWriteDisplayData).toBe(null);
});

it("the executor hands its cells a global with exports and require", () => {
  expect(() => tslabGlobal()).toThrow("SD013: kernel: tslab changed: no __tslab__.require");
  const console = { log: () => undefined, error: () => undefined };
  loadSeams().createExecutor("/", { node: { convert: () => ({ diagnostics: [] }) } }, console);
  expect(Object.keys(tslabGlobal())).toEqual(["exports", "require"]);
});

it("a change says what to do about it", () => {
  expect(tslabChanged("tslab", "1.0.23 instead of 1.0.22").message).toBe(
    "SD013: kernel: tslab changed: 1.0.23 instead of 1.0.22; reinstall the pinned dependencies",
  );
});
