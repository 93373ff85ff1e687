import fc from "fast-check";
import { expect, it } from "vitest";
import { cellProblems, codeFrame, problemText } from "../../../kernel/lang/diagnostics.ts";

const at = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});

it("the reasons of an error follow it, indented", () => {
  const diagnostics = [
    { ...at(0, 4, 5), messageText: "Type 'A' is not assignable to type 'B'.", code: 2322 },
    { ...at(0, 4, 5), messageText: "Property 'x' is missing.", code: 2741 },
    { ...at(1, 0, 3), messageText: "Cannot find name 'foo'.", code: 2304 },
  ];
  expect(cellProblems(diagnostics, "let a: B = c\nfoo()")).toEqual([
    {
      code: "TS2322",
      message: "Type 'A' is not assignable to type 'B'.\n  Property 'x' is missing.",
      line: 1,
      column: 5,
      length: 1,
    },
    { code: "TS2304", message: "Cannot find name 'foo'.", line: 2, column: 1, length: 3 },
  ]);
});

it("what is missing behind the last line is missing at its end", () => {
  const diagnostics = [{ ...at(1, 10, 11), messageText: "'}' expected.", code: 1005 }];
  const [problem] = cellProblems(diagnostics, "function f() {");
  expect(problem).toMatchObject({ line: 1, column: 15 });
  expect(codeFrame("function f() {", problem!)).toBe("> 1 | function f() {\n    |               ^");
});

it("additions to global types are told where they belong", () => {
  const name = "Cannot find name '__global'. Did you mean 'global'?";
  const source = "let a = 1;\n  declare global { interface A {} }";
  const [problem] = cellProblems([{ ...at(1, 34, 40), messageText: name, code: 2552 }], source);
  expect(problem).toMatchObject({ line: 2, column: 3, length: "declare global".length });
  expect(problem?.message).toContain("a file of the project");
});

it("an error in a project file names the file", () => {
  const problem = { code: "TS1", message: "Bad.", file: "lib/a.ts", line: 3, column: 2, length: 1 };
  expect(problemText(problem, "Cell[1]", "")).toBe("lib/a.ts:3:2 - error TS1: Bad.");
});

it("a frame shows two lines before, and underlines the span", () => {
  expect(codeFrame("a\nb\nc\nlet dd = e", { line: 4, column: 5, length: 2 })).toBe(
    "  2 | b\n  3 | c\n> 4 | let dd = e\n    |     ^^",
  );
});

it("a span over several lines is underlined to the end of the first", () => {
  expect(codeFrame("f(1,\n2)", { line: 1, column: 3, length: 1_000 })).toBe(
    "> 1 | f(1,\n    |   ^^",
  );
});

it("a place outside of the text still gives a frame", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(50), fc.nat(50), (source, line, column) => {
      const frame = codeFrame(source, { line: line + 1, column: column + 1 });
      expect(frame.endsWith("^")).toBe(true);
    }),
    { numRuns: 50 },
  );
});
