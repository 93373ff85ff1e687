import { expect, it } from "vitest";
import { completenessOf } from "../../../kernel/lang/completeness.ts";

it.each(["1 + 1", "", "// done", "await f()", "for (const a of b) {}", "const s = `a\n`", "x."])(
  "%j is complete, or the compiler will say more",
  (source) => {
    expect(["complete", "incomplete"]).toContain(completenessOf(source).status);
  },
);

it.each([
  ["function f() {", "  "],
  ["if (a) {\n  for (;;) {", "    "],
  ["foo(", "  "],
  ["foo(1,", ""],
  ["const f = (a) =>", "  "],
  ["const a = [\n  1,", "  "],
  ["`text", ""],
  ["`a $" + "{", "  "],
  ["/* comment", ""],
  ["1 +", ""],
  ["x =", ""],
  ["class A {", "  "],
  ["a ? b :", ""],
  ["function f() {\n  return 1\n\n", "  "],
])("%j is incomplete, and goes on with %j", (source, indent) => {
  expect(completenessOf(source)).toEqual({ status: "incomplete", indent });
});

it.each(["}", ")", "let 1x", "'text", '"text\n"', "/expression", "a b", "x = ]"])(
  "%j is invalid",
  (source) => {
    expect(completenessOf(source)).toEqual({ status: "invalid" });
  },
);
