import { readdirSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { importsOf } from "./imports.ts";
import {
  allSources,
  hasPublicEntry,
  root,
  type Source,
  sourceOf,
  textOf,
  walk,
} from "./sources.ts";

/** Files that can be reached from no entry, by import or by a name such as `new URL("./cell.js")`. */
function unreferencedIn(sources: readonly Source[], entries: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const reach = (path: string): void => {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) return;
    reached.add(path);
    for (const { target } of importsOf(source)) reach(target);
    for (const named of filesNamedIn(source)) reach(named);
  };
  for (const entry of entries) reach(entry);
  return sources.map(({ path }) => path).filter((path) => !reached.has(path));
}

/** Sources that a string names by a relative path; emitted files end in `.js`. */
function filesNamedIn({ path, tree }: Source): string[] {
  const named: string[] = [];
  walk(tree, (node) => {
    if (ts.isStringLiteralLike(node) && /^\.\.?\/.*\.[jt]s$/.test(node.text)) {
      named.push(posix.join(posix.dirname(path), node.text.replace(/\.js$/, ".ts")));
    }
    return true;
  });
  return named;
}

/** Sources whose emitted file `text` names: `dist/kernel/cli.js`. */
function entriesIn(text: string): string[] {
  return Array.from(
    text.matchAll(/\bdist\/((?:lib|kernel)\/[\w/]+)\.js\b/g),
    ([, path]) => `${path}.ts`,
  );
}

/** The package's own entries, and what the scripts start. */
function entries(): string[] {
  const scripts = readdirSync(`${root}scripts`).map((name) => `scripts/${name}`);
  return ["package.json", ...scripts].flatMap((path) => entriesIn(textOf(path)));
}

test("every file is reached from the package's entries", ({ skip }) => {
  if (!hasPublicEntry()) console.info("skipped: lib/index.ts does not exist yet");
  skip(!hasPublicEntry(), "lib/index.ts does not exist yet");
  expect(unreferencedIn(allSources(), entries())).toEqual([]);
});

test("the rule knows the public entry and the command line", () => {
  expect(entries()).toEqual(expect.arrayContaining(["lib/index.ts", "kernel/cli.ts"]));
});

test("the rule names files that nothing imports, starts, or names", () => {
  const planted = [
    sourceOf("lib/index.ts", 'export { a } from "./base/a.ts";'),
    sourceOf("lib/base/a.ts", 'new Worker(new URL("./worker.js", import.meta.url));'),
    sourceOf("lib/base/worker.ts", ""),
    sourceOf("lib/base/orphan.ts", 'import "./friend.ts";'),
    sourceOf("lib/base/friend.ts", 'import "./orphan.ts";'),
  ];
  expect(unreferencedIn(planted, ["lib/index.ts"])).toEqual([
    "lib/base/orphan.ts",
    "lib/base/friend.ts",
  ]);
});
