import { describe, expect, it } from "vitest";
import { cellTraits } from "../../../kernel/lang/cellSource.ts";

describe("a cell awaits", () => {
  it.each([
    "await x",
    "const a = await x",
    "if (a) { for (const b of c) await b }",
    "for await (const a of b) {}",
    "class A extends (await b) {}",
    "await using a = b",
    `f(\`\${await x}\`)`,
  ])("at its top level: %s", (source) => {
    expect(cellTraits(source).awaits).toBe(true);
  });

  it.each([
    "async () => await x",
    "async function f() { await x }",
    "class A { async m() { await x } }",
    "const text = 'await x' // await y",
    "",
  ])("not in: %s", (source) => {
    expect(cellTraits(source).awaits).toBe(false);
  });
});

describe("a cell is quiet", () => {
  it.each(["x;", "x; // why", "f();\n\n", "process.stdout.write('a')"])("with %j", (source) => {
    expect(cellTraits(source).quiet).toBe(true);
  });

  it.each(["x", "x // ;", "x; y", "';'", ""])("not with %j", (source) => {
    expect(cellTraits(source).quiet).toBe(false);
  });
});
