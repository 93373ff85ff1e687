/** What cells may say, beyond what they share. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { testFolder } from "../notebooks.ts";
import { outputsOf, shown, traceback } from "./notebookSession.ts";

describe("modules beside the notebook", () => {
  const folder = testFolder("project");
  const here = path.relative(path.join(import.meta.dirname, "../../../notebooks"), folder);
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  write("other.ts", "export const here: string = import.meta.dirname;");
  write(
    "helper.ts",
    `import { version } from "vega";
import { table } from "arquero";
import { here } from "./other.ts";
export const all: string = [version, table({ a: [1] }).numRows(), here].join(" ");
export function fails(): never {
  throw new Error("from a file");
}`,
  );

  it("may import packages that wait, each other, and ask where they are", async () => {
    expect(await shown(`import { all, fails } from "${here}/helper.ts"`, "all")).toBe(
      `6.3.1 1 ${folder}`,
    );
  });

  it("are found without their extension, and by import()", async () => {
    expect(await shown(`import { all as one } from "${here}/helper";\none === all`)).toBe("true");
    expect(await shown(`(await import("${here}/helper.ts")).all === all`)).toBe("true");
  });

  it("show their own lines in a traceback", async () => {
    expect(await traceback("fails()")).toMatch(/at fails \(.*project\/helper\.ts:6:9\)/);
  });
});

describe("what a module has", () => {
  it.each(["import.meta.url", "__dirname", "__filename"])("%s has a hint", async (code) => {
    expect(await shown(code)).toMatch(/^TypeScriptError: A cell has no .*'notebookDir'\.$/);
  });

  it("notebookDir is the folder, until a cell declares its own", async () => {
    expect(await shown("notebookDir")).toBe(path.resolve("notebooks"));
    expect(await shown("const there = () => notebookDir; there()")).toBe(path.resolve("notebooks"));
    expect(await shown("{ const __dirname = 'mine'; __dirname }", "1")).toBe("1");
    expect(await shown("({ __dirname: 5 }).__dirname")).toBe("5");
  });

  it("export is allowed, and means nothing", async () => {
    expect(await shown("export const exported = 4;\nexport function given() { return 1 }")).toBe(
      undefined,
    );
    expect(await shown("exported + given()")).toBe("5");
  });
});

describe("today's language", () => {
  it("a property of an earlier value may be bound under another name, in a block too", async () => {
    const given = "const counted = () => ({ count: 3, deep: { count: 4 } });";
    expect(await shown(given, "{ const { count: own } = counted(); own + 1 }\n0")).toBe("0");
    const inside = "const inside = () => { const { count: own, deep: { count: far } } = counted();";
    expect(await shown(`${inside} return own + far; };\ninside()`)).toBe("7");
  });

  it("has using, and the library of this Node", async () => {
    const outputs = await outputsOf(
      "const freed: string[] = [];\n" +
        "{ using a = { [Symbol.dispose]() { freed.push('a') } } }\n" +
        "{ await using b = { async [Symbol.asyncDispose]() { freed.push('b') } } }\n" +
        "[freed, [3, 1].toSorted(), [1, 2].findLast((n) => n < 2)]",
    );
    expect(outputs).toMatchObject([{ data: { "text/plain": "[ [ 'a', 'b' ], [ 1, 3 ], 1 ]" } }]);
  });

  it("a function as last value keeps no name of ours", async () => {
    expect(await shown("() => 1")).toBe("[Function (anonymous)]");
    expect(await shown("(class {})")).toBe("[class (anonymous)]");
  });
});

describe("awaits and loops", () => {
  it("wait for promises, thenables and values", async () => {
    expect(
      await shown(
        "[await 1, await Promise.resolve(2), await ({ then(r: (n: number) => void) { r(3) } })]",
      ),
    ).toBe("[ 1, 2, 3 ]");
    expect(await shown("await Promise.reject(new RangeError('no'))")).toBe("RangeError: no");
  });

  it("for await goes over promises, streams and generators, and closes them", async () => {
    const code = `const log: unknown[] = [];
async function* counting() { try { yield 1; yield 2 } finally { log.push("closed") } }
for await (const one of counting()) { log.push(one); break }
for await (const one of [Promise.resolve(3), 4]) log.push(one);
log`;
    expect(await shown(code)).toBe("[ 1, 'closed', 3, 4 ]");
  });

  it("loops of all kinds, without braces and with labels", async () => {
    const code = `let steps = "";
outer: for (const a of [1, 2]) for (const b in { x: 1 }) { steps += a + b; continue outer }
let n = 0; do n++; while (n < 3)
while (n < 5) n++;
steps + n`;
    expect(await shown(code)).toBe("1x2x5");
    expect(await shown(`//% no-tick\n${code}`)).toBe("1x2x5");
  });

  it("a stack shows who awaits", async () => {
    const text = await traceback(
      "async function inner() { await 1; throw new Error('deep') }\n" +
        "async function outer() {\n  await inner();\n}",
      "await outer()",
    );
    expect(text).toMatch(/at inner \(Cell\[1\]:1:41\)\n {4}at async outer \(Cell\[1\]:3:3\)/);
    expect(text).toMatch(/at async Cell\[2\]:1:1/);
  });
});

describe("magic comments", () => {
  it("warn on stderr when nobody knows them", async () => {
    const [warning, result] = await outputsOf("//% sed 7\n1");
    expect(warning).toMatchObject({ kind: "stream", name: "stderr" });
    expect(result).toMatchObject({ kind: "result" });
  });

  it("with a wrong argument stop the cell before it runs", async () => {
    expect(await shown("let ran = 0", "//% timeout soon\nran = 1", "ran")).toBe("0");
    expect(await traceback("//% timeout soon\n1")).toContain("> 1 | //% timeout soon");
  });

  it("seed makes chance repeatable", async () => {
    const draws = "//% seed 7\n[Math.random(), Math.random()]";
    const first = await shown(draws);
    expect(await shown("//% seed 8\nMath.random()")).not.toBe(first);
    expect(await shown(draws)).toBe(first);
  });

  it("time is shown, and marked as passing", async () => {
    const outputs = await outputsOf("//% time\n5");
    expect(outputs).toMatchObject([
      { kind: "result" },
      { kind: "display", metadata: { shootdown: { passing: true } } },
    ]);
  });
});
