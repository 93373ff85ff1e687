import { describe, expect, it } from "vitest";
import { outputsOf, shown, traceback } from "./notebookSession.ts";

describe("names shared by cells", () => {
  it("a closure sees what a later cell assigns", async () => {
    expect(await shown("let x = 1; const f = () => x", "x = 5; f()")).toBe("5");
  });

  it("a closure sees what a later cell declares anew", async () => {
    expect(await shown("let y = 1; const g = () => y", "let y = 7", "g()")).toBe("7");
  });

  it("a function calls the latest definition of another one", async () => {
    const codes = ["function one() { return 1 }\nfunction both() { return one() + 1 }"];
    expect(await shown(...codes, "function one() { return 10 }", "both()")).toBe("11");
  });

  it("functions can be called above their definition", async () => {
    expect(await shown("const early = late(); function late() { return 3 }\nearly")).toBe("3");
  });

  it("a function called by its name has no this", async () => {
    expect(await shown("function who(this: unknown) { return this === undefined }", "who()")).toBe(
      "true",
    );
    expect(
      await shown(
        "function tag(this: unknown, ...parts: unknown[]) { return this === undefined }\ntag`a`",
      ),
    ).toBe("true");
  });

  it("arrow functions and classes keep their names", async () => {
    expect(await shown("const arrow = () => 1, Made = class {};\narrow.name + Made.name")).toBe(
      "arrowMade",
    );
  });

  it("destructuring with defaults, renaming and rest works", async () => {
    const declare =
      "const { a, b: { c: renamed = 4 } = {} as any, ...rest } = { a: 1, d: 2, e: 3 }";
    expect(await shown(declare, "[a, renamed, rest]")).toBe("[ 1, 4, { d: 2, e: 3 } ]");
    expect(
      await shown(
        "const [first, , third = 9, ...others] = [1, 2, , 4, 5];\n[first, third, others]",
      ),
    ).toBe("[ 1, 9, [ 4, 5 ] ]");
  });

  it("computed keys in a pattern are evaluated", async () => {
    expect(await shown("const key = 'k'; const { [key]: picked } = { k: 6 }", "picked")).toBe("6");
  });

  it("shorthand properties read the shared value, in this cell and in later ones", async () => {
    expect(await shown("let s1 = 1; const make = () => ({ s1 });", "s1 = 2; make()")).toBe(
      "{ s1: 2 }",
    );
    expect(await shown("({ s1 })")).toBe("{ s1: 2 }");
  });

  it("assigning by a shorthand pattern writes the shared value", async () => {
    expect(await shown("let p = 1, q = 2;\n({ p, q = 8 } = { p: 5 } as any);\n[p, q]")).toBe(
      "[ 5, 8 ]",
    );
  });

  it("counting and compound assignment reach the shared value", async () => {
    expect(await shown("let n = 1; const up = () => { n++; n += 10; }", "up(); n")).toBe("12");
  });

  it("a local name hides the shared one", async () => {
    const inner = "const hide = (h: number) => { const k = h; return { h, k } }";
    expect(await shown("let h = 1, k = 2", inner, "hide(5)")).toBe("{ h: 5, k: 5 }");
  });

  it("var belongs to the cell wherever it stands, and loops assign it", async () => {
    expect(await shown("for (var i = 0, m = 1; i < 3; i++) { var seen = i }\n[i, m, seen]")).toBe(
      "[ 3, 1, 2 ]",
    );
    expect(
      await shown("var w: number; const read = () => w; for (var w = 0; w < 4; w++);\nread()"),
    ).toBe("4");
    expect(
      await shown("for (var each of [1, 2]) {}\nfor (var prop in { z: 1 }) {}\n[each, prop]"),
    ).toBe("[ 2, 'z' ]");
  });

  it("a var without value keeps what it has", async () => {
    expect(await shown("var kept = 3; var kept: number;\nkept")).toBe("3");
  });

  it("a class means itself inside its body, and others see the latest one", async () => {
    const first =
      "class A { static count = 2; static twice = A.count * 2; make() { return new A() } }";
    expect(await shown(first, "A.twice + new A().make().constructor.name")).toBe("4A");
    expect(
      await shown("class B extends A {}\nconst fresh = () => new A()", "new B() instanceof A"),
    ).toBe("true");
    expect(await shown("class A { renewed = true }", "fresh()")).toBe("A { renewed: true }");
  });

  it("enums and namespaces go on to later cells", async () => {
    const code =
      "enum Color { Red, Green }\nnamespace Geo { export const one = 1 }\n" +
      "const enum Fast { A = 3 }";
    expect(await shown(code, "[Color.Green, Geo.one, Fast.A]")).toBe("[ 1, 1, 3 ]");
  });

  it("types and interfaces go on to later cells", async () => {
    const code = "interface Point { x: number }\ntype Named = Point & { name: string }";
    expect(await shown(code, "const p1: Named = { x: 1, name: 'a' }; p1.name")).toBe("a");
    expect(await shown("const p2: Named = { x: 1 }")).toBe(
      "TypeScriptError: Type '{ x: number; }' is not assignable to type 'Named'.",
    );
  });

  it("a declaration in a cell that threw stays", async () => {
    expect(await shown("const before = 4; throw new Error('stop')", "before")).toBe("4");
  });

  it("generators, async functions and async iteration work", async () => {
    const code = "async function* count() { yield 1; yield 2 }\nconst all: number[] = []";
    expect(await shown(code, "for await (const v of count()) all.push(v);\nall")).toBe("[ 1, 2 ]");
  });

  it("top-level await works, also in a class head and a declaration", async () => {
    expect(await shown("const waited = await Promise.resolve(6)", "waited")).toBe("6");
    expect(await shown("class Late extends (await Promise.resolve(Map)) {}\nnew Late().size")).toBe(
      "0",
    );
  });
});

describe("imports", () => {
  it("a module that awaits at its top level is imported like any other", async () => {
    expect(await shown('import * as vega from "vega";\nvega.version')).toBe("6.3.1");
  });

  it("import() gives the same module, from later cells too", async () => {
    expect(await shown('const again = await import("vega")', "again.View === vega.View")).toBe(
      "true",
    );
  });

  it("a default import of a CommonJS package is what it exports", async () => {
    expect(await shown('import ts from "typescript";\nts.version')).toBe("5.9.3");
  });

  it("an imported name works in a table expression of a later cell", async () => {
    const table = 'import * as aq from "arquero"; import { op } from "arquero"';
    expect(
      await shown(table, "aq.table({ a: [1, 2] }).rollup({ m: d => op.mean(d.a) }).objects()"),
    ).toBe("[ { m: 1.5 } ]");
  });

  it("a variable in a table expression is an error that names no internals", async () => {
    const code = "const limit = 1;\naq.table({ a: [1, 2] }).filter(d => d.a > limit)";
    expect(await shown(code)).toMatch(
      /^Error: Invalid variable reference: a variable of the noteb/,
    );
  });

  it("Node's own modules are there", async () => {
    expect(await shown('import { basename } from "node:path";\nbasename("/a/b.txt")')).toBe(
      "b.txt",
    );
  });

  it("a name can be imported again, and declared anew", async () => {
    const again = 'import { join as sep } from "node:path"';
    expect(await shown('import { sep } from "node:path"', again, 'sep("a", "b")')).toBe("a/b");
    expect(await shown("const sep = 4", "sep")).toBe("4");
  });

  it("an imported type has no value, and needs none", async () => {
    const types =
      'import { type Dirent, readdirSync } from "node:fs"; import type { Stats } from "node:fs"';
    expect(await shown(types, "let entry: Dirent, stats: Stats; readdirSync.name")).toBe(
      "readdirSync",
    );
  });

  it("a package that is not there is an error, even for its types", async () => {
    expect(await shown('import type { Root } from "no-such-package"')).toBe(
      "TypeScriptError: Cannot find module 'no-such-package' " +
        "or its corresponding type declarations.",
    );
  });

  it("tslab's display ends up in the notebook", async () => {
    const [display, update] = await outputsOf(
      'import * as tslab from "tslab";\nconst d = tslab.newDisplay();',
      'd.html("<i>1</i>"); d.text("2");',
    );
    expect(display).toMatchObject({ kind: "display", data: { "text/html": "<i>1</i>" } });
    expect(update).toMatchObject({ kind: "update_display", data: { "text/plain": "2" } });
  });
});

describe("the last value", () => {
  it("undefined and declarations show nothing, null shows itself", async () => {
    expect(await outputsOf("undefined")).toEqual([]);
    expect(await outputsOf("const quiet = 1")).toEqual([]);
    expect(await outputsOf("function still() { return 1 }")).toEqual([]);
    expect(await outputsOf("class Silent {}")).toEqual([]);
    expect(await outputsOf("var none;")).toEqual([]);
    expect(await outputsOf('import { sep } from "node:path"')).toEqual([]);
    expect(await shown("null")).toBe("null");
  });

  it("a semicolon at the end keeps it quiet", async () => {
    expect(await outputsOf("1 + 1; // sum")).toEqual([]);
    expect(await shown("1 + 1 // sum;")).toBe("2");
  });

  it("the result of a write is not a result", async () => {
    expect(await outputsOf("process.stdout.write('')")).toEqual([]);
  });

  it("an object shows itself as it wants, even later", async () => {
    const code =
      '({ [Symbol.for("Jupyter.display")]: async () => ({ data: { "image/png": "AA==" },' +
      ' metadata: { "image/png": { width: 2 } } }) })';
    const output = { data: { "image/png": "AA==" }, metadata: { "image/png": { width: 2 } } };
    expect(await outputsOf(code)).toMatchObject([{ kind: "result", ...output }]);
  });

  it("a display method that throws is an error of the cell", async () => {
    const code = '({ [Symbol.for("Jupyter.display")]() { throw new Error("no picture") } })';
    expect(await shown(code)).toBe("Error: no picture");
  });

  it("a table shows as HTML and as text", async () => {
    const [output] = await outputsOf('aq.table({ irq: ["CAL", "<b>"], n: [646316, 785] })');
    expect(output).toMatchObject({ kind: "result", data: { "text/plain": expect.any(String) } });
    const html = (output as { data: Record<string, string> }).data["text/html"]!;
    expect(html).toContain("646,316");
    expect(html).toContain("&#60;b&#62;");
  });
});

describe("errors", () => {
  it("point at the line and column of the cell", async () => {
    expect(await traceback('let ok = 1;\nthrow new Error("boom")')).toBe(
      "Error: boom\n    at Cell[1]:2:7\n\n" +
        '  1 | let ok = 1;\n> 2 | throw new Error("boom")\n    |       ^',
    );
  });

  it("name the functions of earlier cells, and the cause", async () => {
    const define =
      'function deep() {\n  throw new Error("outer", { cause: new Error("inner") })\n}';
    const text = await traceback(define, "const call = () => deep()", "call()");
    expect(text.split("\n").slice(0, 4)).toEqual([
      "Error: outer",
      "    at deep (Cell[1]:2:9)",
      "    at call (Cell[2]:1:20)",
      "    at Cell[3]:1:1",
    ]);
    expect(text).toContain("caused by: Error: inner\n    at deep (Cell[1]:2:37)");
  });

  it("point at the right line behind an await and in a promise", async () => {
    const text = await traceback(
      "await 1;\nconst fail = async () => {\n  await 2;\n  (undefined as any).x;\n};\nawait fail()",
    );
    expect(text).toMatch(/at fail \(Cell\[1\]:4:\d+\)/);
    expect(text).toMatch(/at (async )?Cell\[1\]:6:\d+/);
  });

  it("an aggregate error shows each of its errors", async () => {
    const text = await traceback('throw new AggregateError([new Error("a"), "b"], "all")');
    expect(text).toContain("one of: Error: a");
    expect(text).toContain("one of: 'b'");
  });

  it("anything can be thrown", async () => {
    expect(await shown("throw { odd: 1 }")).toBe("Thrown: { odd: 1 }");
    expect(await shown('throw Object.assign(new Error("e"), { stack: 5 })')).toBe("Error: e");
    expect(await shown("throw Object.assign(new Error(), { toString: 1, name: Symbol() })")).toBe(
      "Thrown: a value that cannot be shown",
    );
  });

  it("the compiler's errors come with their line and a suggestion", async () => {
    expect(await traceback('aq.table({ a: [1] })\n  .grupby("a")')).toBe(
      "Cell[1]:2:4 - error TS2551: Property 'grupby' does not exist on type 'ColumnTable'. " +
        "Did you mean 'groupby'?\n\n" +
        '  1 | aq.table({ a: [1] })\n> 2 |   .grupby("a")\n    |    ^^^^^^',
    );
  });

  it("a cell that does not compile does not run, and leaves nothing", async () => {
    expect(await shown("let unborn = 1; const bad: string = 2", "unborn")).toBe(
      "TypeScriptError: Cannot find name 'unborn'.",
    );
  });

  it("a type that cannot be named does not stop a cell", async () => {
    const code = "class Hidden { private secret = 1 }\nconst mixed = class extends Hidden {};";
    expect(await shown(code, "typeof mixed")).toBe("function");
  });
});
