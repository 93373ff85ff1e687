import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cell, Notebook } from "../../../kernel/report/notebook.ts";
import { emptyNotebook, isSameText, notebookOf } from "../../../kernel/report/pair.ts";
import { formatPercent } from "../../../kernel/report/percent.ts";
import { parsePercent } from "../../../kernel/report/readPercent.ts";

function code(id: string, source: string, more: Partial<Cell> = {}): Cell {
  const cell = { kind: "code" as const, id, source, metadata: {}, executionCount: 1, outputs: [] };
  return { ...cell, ...more } as Cell;
}

function prose(id: string, source: string, more: Partial<Cell> = {}): Cell {
  return { kind: "markdown", id, source, metadata: {}, ...more } as Cell;
}

const header = `// ---
// jupyter:
//   jupytext:
//     text_representation:
//       extension: .ts
//       format_name: percent
//       format_version: '1.3'
//   kernelspec:
//     display_name: Shootdown (TypeScript)
//     language: typescript
//     name: shootdown
// ---
`;

describe("a notebook as text", () => {
  it("is the percent format of jupytext", () => {
    const tags = { tags: ["parameters"] };
    const cells = [
      prose("a", "# Title\n\ntext"),
      code("b", "let cpus: number = 4;", { metadata: tags }),
      { ...prose("c", "raw text"), kind: "raw" } as Cell,
    ];
    expect(formatPercent({ metadata: {}, cells })).toBe(`${header}
// %% [markdown]
// # Title
//
// text

// %% tags=["parameters"]
let cpus: number = 4;

// %% [raw]
// raw text
`);
  });

  it("is read as jupytext and people write it", () => {
    const text = `// hand-written, without a header
const before = 1;

//%%
let x = 1;

// %% A title [md] {"slide type": "skip"}
// one
//two

// %% second title key="a b" list=["c d", {"e": "f ] g"}] flag=true
x;
`;
    expect(parsePercent(text, "a.ts")).toEqual({
      kernelspec: undefined,
      cells: [
        {
          kind: "code",
          metadata: {},
          source: "// hand-written, without a header\nconst before = 1;",
        },
        { kind: "code", metadata: {}, source: "let x = 1;" },
        {
          kind: "markdown",
          metadata: { title: "A title", "slide type": "skip" },
          source: "one\ntwo",
        },
        {
          kind: "code",
          metadata: {
            title: "second title",
            key: "a b",
            list: ["c d", { e: "f ] g" }],
            flag: true,
          },
          source: "x;",
        },
      ],
    });
  });

  it("keeps the name of its kernel, and survives the line ends of Windows", () => {
    const kernelspec = { display_name: 'A: "b"', language: "typescript", name: "on" };
    const text = formatPercent({
      metadata: { kernelspec },
      cells: [code("a", "1\n2"), code("b", "")],
    });
    const read = parsePercent(text.replaceAll("\n", "\r\n"), "a.ts");
    expect(read.kernelspec).toEqual(kernelspec);
    expect(read.cells.map(({ source }) => source)).toEqual(["1\n2", ""]);
  });

  it("says in which line metadata are wrong", () => {
    expect(() => parsePercent("// %%\n1\n\n// %% tags=[parameters]\n", "a.ts")).toThrow(
      'SD006: malformed a.ts:4: "[parameters]" (expected JSON',
    );
    expect(() => parsePercent("// %% [markdown] whatever\n", "a.ts")).toThrow(
      'SD006: malformed a.ts:1: "whatever" (expected metadata such as',
    );
  });

  it("comes back as it was, whatever is in it", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "// %%",
        "// %% [markdown]",
        "  // %% x",
        "//%%",
        "// // %% y",
        "%% z",
        "////%%",
      ),
      fc.constantFrom("", " ", "// ---", "//", "//% time", "# h", "\t", "a\r", "\u2028", "`"),
      fc.string({ maxLength: 8 }),
    );
    const source = fc.array(line, { maxLength: 5 }).map((lines) => lines.join("\n"));
    const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));
    const key = fc.oneof(
      fc.constantFrom("tags", "title", "my key", "a-b", "_x", "{", "[markdown]", "__proto__"),
      fc.string({ minLength: 1, maxLength: 5 }),
    );
    const title = fc.constantFrom("Plain title", "[md] x", "a=b", "%x", " x", "{", "raw [raw]");
    const metadata = fc
      .tuple(fc.array(fc.tuple(key, json), { maxLength: 3 }), fc.option(title))
      .map(([entries, named]) => {
        const kept = entries.filter(([name]) => !["collapsed", "execution"].includes(name));
        return Object.fromEntries(named === null ? kept : [...kept, ["title", named]]);
      });
    const kind = fc.constantFrom("code", "markdown", "raw");
    const cells = fc.array(fc.record({ kind, source, metadata }), { maxLength: 6 });
    const property = fc.property(cells, (parts) => {
      const all = parts.map((part, index) => ({ id: `c${index}`, ...part }) as Cell);
      const read = parsePercent(formatPercent({ metadata: {}, cells: all }), "a.ts");
      expect(read.cells).toEqual(parts);
    });
    fc.assert(property, { seed: 7, numRuns: 800 });
  });
});

describe("a notebook of its text", () => {
  const outputs = [{ kind: "stream" as const, name: "stdout" as const, text: "4\n" }];
  const old: Notebook = {
    metadata: { authors: ["A"] },
    cells: [
      prose("p1", "# Title"),
      code("c1", "let x = 4;", { metadata: { collapsed: true } }),
      code("c2", "console.log(x)", { outputs }),
      prose("p2", "![a](attachment:a.png)", { attachments: { "a.png": { "image/png": "AA==" } } }),
    ],
  };
  const edited = (change: (text: string) => string): Notebook =>
    notebookOf(parsePercent(change(formatPercent(old)), "a.ts"), old);

  it("is the old one when nothing has changed", () => {
    const same = edited((text) => text);
    expect(same.cells).toEqual(old.cells);
    expect(same.metadata).toMatchObject({ authors: ["A"], kernelspec: { name: "shootdown" } });
    expect(isSameText(parsePercent(formatPercent(old), "a.ts").cells, old)).toBe(true);
  });

  it("keeps the id of a cell that was edited, without its outputs", () => {
    const { cells } = edited((text) => text.replace("console.log(x)", "console.log(x + 1)"));
    expect(cells.map(({ id }) => id)).toEqual(["p1", "c1", "c2", "p2"]);
    expect(cells[2]).toMatchObject({ source: "console.log(x + 1)", outputs: [] });
    expect(cells[2]).toMatchObject({ executionCount: null });
    expect(cells[3]).toEqual(old.cells[3]);
  });

  it("gives new cells ids of their own, and follows those that stay", () => {
    const { cells } = edited((text) => text.replace("// %%\nlet", "// %%\n1\n\n// %%\nlet"));
    expect(cells.map(({ id }) => id)).toEqual(["p1", expect.any(String), "c1", "c2", "p2"]);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(5);
    expect(cells[3]).toEqual(old.cells[2]);
    const without = edited((text) => text.replace("// %%\nlet x = 4;\n\n", ""));
    expect(without.cells.map(({ id }) => id)).toEqual(["p1", "c2", "p2"]);
  });

  it("is seen to differ", () => {
    const text = formatPercent(old);
    for (const change of [
      text.replace("x = 4", "x = 5"),
      text.replace("# Title", "# title"),
      text.replace("// %%\nlet", '// %% tags=["a"]\nlet'),
      text.replace("[markdown]", "[raw]"),
    ]) {
      expect(change).not.toBe(text);
      expect(isSameText(parsePercent(change, "a.ts").cells, old)).toBe(false);
    }
  });

  it("has ids that do not depend on when it was made", () => {
    const file = parsePercent("// %%\n1\n\n// %%\n1\n", "a.ts");
    const ids = notebookOf(file, emptyNotebook).cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(notebookOf(file, emptyNotebook).cells.map(({ id }) => id)).toEqual(ids);
  });
});
