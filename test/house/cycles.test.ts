import { expect, test } from "vitest";
import { importsOf } from "./imports.ts";
import { allSources, type Source, sourceOf } from "./sources.ts";

/** Import cycles, types included, each as `a → b → a`, found depth first. */
function cyclesIn(sources: readonly Source[]): string[] {
  const targets = new Map(
    sources.map((source) => [source.path, importsOf(source).map(({ target }) => target)]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) cycles.push([...trail.slice(start), path].join(" → "));
    if (start !== -1 || finished.has(path)) return;
    for (const target of targets.get(path) ?? []) follow(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) follow(path, []);
  return cycles;
}

test("no file imports itself, directly or through others", () => {
  expect(cyclesIn(allSources())).toEqual([]);
});

test("the rule names the files of a cycle, and accepts two ways to one file", () => {
  const planted = [
    sourceOf("lib/mm/a.ts", 'import "./b.ts"; import "./c.ts";'),
    sourceOf("lib/mm/b.ts", 'import type { C } from "./c.ts";'),
    sourceOf("lib/mm/c.ts", 'export { d } from "./d.ts";'),
    sourceOf("lib/mm/d.ts", 'import { b } from "./b.ts";'),
  ];
  expect(cyclesIn(planted)).toEqual(["lib/mm/b.ts → lib/mm/c.ts → lib/mm/d.ts → lib/mm/b.ts"]);
  expect(cyclesIn(planted.slice(0, 3))).toEqual([]);
});
