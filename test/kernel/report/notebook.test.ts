import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derivedId, formatNotebook, type Notebook } from "../../../kernel/report/notebook.ts";
import { parseNotebook } from "../../../kernel/report/parse.ts";

const small: Notebook = {
  metadata: { b: 1, a: { z: [], y: {} } },
  cells: [
    { kind: "markdown", id: "m1", metadata: {}, source: "# Title\ntext" },
    {
      kind: "code",
      id: "c1",
      metadata: { tags: ["parameters"] },
      source: "1",
      executionCount: 3,
      outputs: [
        { kind: "stream", name: "stdout", text: "a\nb\n" },
        {
          kind: "execute_result",
          data: { "image/png": "AA==", "text/plain": "1\n2" },
          metadata: {},
        },
        { kind: "error", ename: "E", evalue: "v", traceback: ["E: v"] },
      ],
    },
  ],
};

describe("the file of a notebook", () => {
  it("has sorted keys, one space of indent, text in lines and an end", () => {
    expect(formatNotebook(small)).toBe(`{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "m1",
   "metadata": {},
   "source": [
    "# Title\\n",
    "text"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "c1",
   "metadata": {
    "tags": [
     "parameters"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "a\\n",
      "b\\n"
     ]
    },
    {
     "data": {
      "image/png": "AA==",
      "text/plain": [
       "1\\n",
       "2"
      ]
     },
     "execution_count": 3,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "ename": "E",
     "evalue": "v",
     "output_type": "error",
     "traceback": [
      "E: v"
     ]
    }
   ],
   "source": [
    "1"
   ]
  }
 ],
 "metadata": {
  "a": {
   "y": {},
   "z": []
  },
  "b": 1
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`);
  });

  it("reads back as the same notebook", () => {
    expect(parseNotebook(formatNotebook(small), "small")).toEqual(small);
  });

  it("reads back whatever is in it", () => {
    const text = fc.string({ unit: "binary" });
    const data = fc.dictionary(fc.constantFrom("text/plain", "image/svg+xml", "image/png"), text);
    fc.assert(
      fc.property(text, data, fc.jsonValue(), (source, bundle, json) => {
        const output = { kind: "display_data" as const, data: bundle, metadata: { json } };
        const cell = { kind: "code" as const, id: "a", metadata: {}, executionCount: null };
        const cells = [{ ...cell, source, outputs: [output] }];
        const file = formatNotebook({ metadata: {}, cells });
        expect(formatNotebook(parseNotebook(file, "any"))).toBe(file);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a notebook that is read", () => {
  const file = (cell: object, more: object = {}): string =>
    JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells: [cell], ...more });
  const code = { cell_type: "code", metadata: {}, source: "1", outputs: [], execution_count: null };

  it("gives cells without id one that never changes", () => {
    expect(parseNotebook(file(code), "n").cells[0]?.id).toBe(derivedId(0, "1"));
    expect(derivedId(0, "1")).toMatch(/^[0-9a-f]{8}$/);
  });

  it("forgets when its cells ran, and which version ran them", () => {
    const cell = { ...code, metadata: { execution: { "iopub.status.busy": "2026" }, kept: 1 } };
    const language_info = { name: "typescript", version: "5.9" };
    const notebook = parseNotebook(file(cell, { metadata: { language_info } }), "n");
    expect(notebook.cells[0]?.metadata).toEqual({ kept: 1 });
    expect(notebook.metadata).toEqual({ language_info: { name: "typescript" } });
  });

  it.each([
    ["{", "SD006: malformed n.ipynb: "],
    ["[]", 'SD006: malformed n.ipynb: "[]" (expected an object)'],
    [file(code, { nbformat: 3 }), 'SD006: malformed n.ipynb: nbformat: "3" (expected 4)'],
    [
      file({ ...code, cell_type: "sql" }),
      'SD006: malformed n.ipynb: cells[0].cell_type: "sql" (expected code, markdown or raw)',
    ],
    [
      file({ ...code, source: [1] }),
      'SD006: malformed n.ipynb: cells[0].source[0]: "1" (expected a string)',
    ],
    [
      file({ ...code, outputs: [{ output_type: "stream", name: "out", text: "" }] }),
      'SD006: malformed n.ipynb: cells[0].outputs[0].name: "out" (expected stdout or stderr)',
    ],
    [
      file({ ...code, outputs: [{ output_type: "display_data", metadata: {} }] }),
      'SD006: malformed n.ipynb: cells[0].outputs[0].data: "undefined" (expected an object)',
    ],
    [file({ ...code, id: "a b" }), 'malformed n.ipynb: cells[0].id: "a b"'],
  ])("says what is wrong with %s", (text, message) => {
    expect(() => parseNotebook(text, "n.ipynb")).toThrow(message);
  });
});
