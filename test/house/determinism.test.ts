import ts from "typescript";
import { expect, test } from "vitest";
import { allSources, placeOf, type Source, sourceOf, walk } from "./sources.ts";

/** Layers whose results must not differ between machines, Node versions and runs. */
const DETERMINISTIC = /^lib\/(base|machine|steps|mm|policies|backends|workloads|engine|explorer)\//;

/** Members of `Math` that ECMAScript defines exactly. */
const EXACT = new Set("sqrt imul floor ceil trunc round abs min max sign clz32 fround".split(" "));

/** Names that stand for a clock, chance, or the user's locale, wherever they appear. */
const BANNED = new Set("Date performance crypto Intl setTimeout setInterval hrtime".split(" "));
const BANNED_METHODS = new Set("localeCompare toLocaleString".split(" "));

function indeterminismIn(sources: readonly Source[]): string[] {
  const found: string[] = [];
  for (const source of sources.filter(({ path }) => DETERMINISTIC.test(path))) {
    walk(source.tree, (node) => {
      const what = bannedIn(node);
      if (what !== undefined) found.push(`${placeOf(source, node)}: ${what}`);
      return !ts.isImportDeclaration(node);
    });
  }
  return found;
}

function bannedIn(node: ts.Node): string | undefined {
  if (ts.isBinaryExpression(node) && isPower(node.operatorToken.kind)) return "**";
  if (!ts.isIdentifier(node)) return undefined;
  const name = node.text;
  const parent = node.parent;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  if (name === "Math") return inexactMath(node);
  if (isMember && BANNED_METHODS.has(name)) return `.${name}`;
  const isUse = isMember
    ? parent.expression.getText() === "globalThis" || name === "hrtime"
    : !ts.isPropertyAssignment(parent) && !ts.isPropertySignature(parent);
  return isUse && BANNED.has(name) ? name : undefined;
}

function isPower(kind: ts.SyntaxKind): boolean {
  const { AsteriskAsteriskToken, AsteriskAsteriskEqualsToken } = ts.SyntaxKind;
  return kind === AsteriskAsteriskToken || kind === AsteriskAsteriskEqualsToken;
}

/** `Math.pow`, or `Math` itself where it is not followed by the name of an exact member. */
function inexactMath(node: ts.Identifier): string | undefined {
  const parent = node.parent;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== node) return "Math";
  return EXACT.has(parent.name.text) ? undefined : `Math.${parent.name.text}`;
}

test("from base to explorer, arithmetic is exact and nothing reads a clock or chance", () => {
  expect(indeterminismIn(allSources())).toEqual([]);
});

test("the rule sees powers, inexact functions, clocks and chance, however they are reached", () => {
  const planted = sourceOf(
    "lib/engine/a.ts",
    [
      "const a = Math.sqrt(Math.floor(Math.imul(2, 3)));",
      "const b = a ** 2;",
      "let c = 2; c **= 2;",
      "Math.pow(2, 3);",
      "const { exp } = Math;",
      'Math["log"](2);',
      "globalThis.Math.sin(1);",
      "Math.random();",
      "Date.now();",
      "new Date();",
      "globalThis.performance.now();",
      "process.hrtime.bigint();",
      '"a".localeCompare("b");',
      "const times = { performance: 1 }; times.performance;",
    ].join("\n"),
  );
  expect(indeterminismIn([planted, sourceOf("lib/tables/b.ts", "Math.log(2);")])).toEqual([
    "lib/engine/a.ts:2: **",
    "lib/engine/a.ts:3: **",
    "lib/engine/a.ts:4: Math.pow",
    "lib/engine/a.ts:5: Math",
    "lib/engine/a.ts:6: Math",
    "lib/engine/a.ts:7: Math",
    "lib/engine/a.ts:8: Math.random",
    "lib/engine/a.ts:9: Date",
    "lib/engine/a.ts:10: Date",
    "lib/engine/a.ts:11: performance",
    "lib/engine/a.ts:12: hrtime",
    "lib/engine/a.ts:13: .localeCompare",
  ]);
});
