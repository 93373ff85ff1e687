import { describe, expect, it } from "vitest";
import { compareNotebooks } from "../../../kernel/report/check.ts";
import type { Notebook, Output } from "../../../kernel/report/notebook.ts";

function notebook(...outputs: Output[]): Notebook {
  const cell = { kind: "code" as const, id: "c1", metadata: {}, source: "", executionCount: 1 };
  return { metadata: {}, cells: [{ ...cell, outputs }] };
}

const line = (text: string): Output => ({ kind: "stream", name: "stdout", text });
const shown = (data: Record<string, unknown>): Output => ({
  kind: "display_data",
  data,
  metadata: {},
});

describe("two executions are the same", () => {
  it("when text was cut differently, and coloured", () => {
    const stored = notebook(line("a\n"), line("\u001b[31mb\u001b[0m\n"));
    expect(compareNotebooks(stored, notebook(line("a\nb\n")))).toEqual([]);
  });

  it("when outputs of the moment, such as a time, are there or not", () => {
    const metadata = { shootdown: { passing: true } };
    const time: Output = { kind: "display_data", data: { "text/plain": "time: 1 s" }, metadata };
    expect(compareNotebooks(notebook(time, line("a")), notebook(line("a")))).toEqual([]);
  });

  it("when the keys of JSON come in another order", () => {
    const stored = notebook(shown({ "application/json": { a: 1, b: 2 } }));
    expect(
      compareNotebooks(stored, notebook(shown({ "application/json": { b: 2, a: 1 } }))),
    ).toEqual([]);
  });
});

describe("a planted change is found", () => {
  const rows = (counts: readonly number[]): Output =>
    shown({
      "text/html": `<table>${counts.map((count) => `<tr><td>${count}</td></tr>`).join("")}</table>`,
      "text/plain": counts.join("\n"),
    });
  const chart = (values: readonly { a: number }[]): Output =>
    shown({
      "application/vnd.vegalite.v5+json": { mark: "point", data: { values } },
      "image/png": "AA==",
      "text/plain": "a chart",
    });
  const points = [{ a: 1 }, { a: 2.5 }, { a: 3 }];

  it.each([
    ["one digit", rows([646_316, 785]), rows([646_317, 785])],
    ["one missing row", rows([646_316, 785]), rows([646_316])],
    ["one chart point", chart(points), chart([{ a: 1 }, { a: 2.51 }, { a: 3 }])],
    ["one missing chart point", chart(points), chart(points.slice(1))],
  ])("%s", (_, before, after) => {
    expect(compareNotebooks(notebook(before), notebook(after))).toMatchObject([
      { cell: 1, output: 1, kind: "content" },
    ]);
    expect(compareNotebooks(notebook(before), notebook(before))).toEqual([]);
  });
});

describe("two executions differ", () => {
  it("where the text does, shown around the first difference", () => {
    const stored = notebook(line("same\nips 785\n"));
    expect(compareNotebooks(stored, notebook(line("same\nips 786\n")))).toEqual([
      {
        cell: 1,
        id: "c1",
        output: 1,
        kind: "content",
        stored: "ips 785",
        found: "ips 786",
      },
    ]);
  });

  it("where an output is missing or new", () => {
    expect(compareNotebooks(notebook(), notebook(line("x\n")))).toMatchObject([
      { stored: undefined, found: "stdout:" },
    ]);
  });

  it("by a picture alone, where the chart is the same", () => {
    const chart = { "application/vnd.vegalite.v5+json": { mark: "bar" } };
    const stored = notebook(shown({ ...chart, "image/png": "AA==" }));
    const found = notebook(shown({ ...chart, "image/png": "BB==" }));
    expect(compareNotebooks(stored, found)).toMatchObject([{ kind: "picture", output: 1 }]);
  });

  it("by a picture that stands for nothing else", () => {
    const found = notebook(shown({ "image/png": "BB==" }));
    expect(compareNotebooks(notebook(shown({ "image/png": "AA==" })), found)).toMatchObject([
      { kind: "content" },
    ]);
  });
});
