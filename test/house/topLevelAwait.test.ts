import ts from "typescript";
import { expect, test } from "vitest";
import { allSources, placeOf, type Source, sourceOf, walk } from "./sources.ts";

/** Awaits outside functions: a notebook cell loads the library with `require`, which they break. */
function topLevelAwaitsIn(sources: readonly Source[]): string[] {
  const found: string[] = [];
  for (const source of sources) {
    walk(source.tree, (node) => {
      if (ts.isFunctionLike(node)) return false;
      const awaits = ts.isAwaitExpression(node) || isForAwait(node);
      if (awaits) found.push(placeOf(source, node));
      return true;
    });
  }
  return found;
}

function isForAwait(node: ts.Node): boolean {
  return ts.isForOfStatement(node) && node.awaitModifier !== undefined;
}

test("no module awaits while it is loaded", () => {
  expect(topLevelAwaitsIn(allSources())).toEqual([]);
});

test("the rule sees awaits of modules, not those of functions", () => {
  const planted = sourceOf(
    "lib/charts/a.ts",
    [
      "const f = async () => await 1;",
      "class C { async m() { await 2; } }",
      "const x = await 3;",
      "if (x) { for await (const y of z) y; }",
    ].join("\n"),
  );
  expect(topLevelAwaitsIn([planted])).toEqual(["lib/charts/a.ts:3", "lib/charts/a.ts:4"]);
});
