import { describe, expect, it } from "vitest";
import { formatNotebook } from "../../../kernel/report/notebook.ts";
import { parseNotebook } from "../../../kernel/report/parse.ts";
import { normalNotebook, strippedNotebook } from "../../../kernel/report/tidy.ts";

/** A notebook as a front end may leave it: counts of a long day, cut streams, times. */
const untidy = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 4,
  metadata: { language_info: { name: "typescript", version: "5.9.3" }, a: 1 },
  cells: [
    {
      cell_type: "code",
      metadata: { scrolled: true, tags: ["t"], execution: { "iopub.execute_input": "2026" } },
      source: "console.log(1)\n2",
      execution_count: 17,
      outputs: [
        { output_type: "stream", name: "stdout", text: "a" },
        { output_type: "stream", name: "stdout", text: ["b\n", "c"] },
        {
          output_type: "display_data",
          data: { "text/plain": "time: 1 s" },
          metadata: { shootdown: { passing: true } },
        },
        {
          output_type: "execute_result",
          data: { "text/plain": "2" },
          metadata: {},
          execution_count: 17,
        },
      ],
    },
    { cell_type: "code", metadata: {}, source: "3", execution_count: null, outputs: [] },
    { cell_type: "code", metadata: {}, source: "4", execution_count: 42, outputs: [] },
    { cell_type: "markdown", metadata: { trusted: true }, source: ["# a\n", "b"] },
  ],
});

const read = (text: string): ReturnType<typeof parseNotebook> => parseNotebook(text, "n.ipynb");

describe("a notebook in its normal form", () => {
  const normal = formatNotebook(normalNotebook(read(untidy)));

  it("counts from 1, has whole streams, and nothing of the moment", () => {
    const { cells, metadata, nbformat_minor: minor } = JSON.parse(normal);
    expect(cells.map((cell: { execution_count?: number }) => cell.execution_count)).toEqual([
      1,
      null,
      2,
      undefined,
    ]);
    expect(cells[0].metadata).toEqual({ tags: ["t"] });
    expect(cells[3].metadata).toEqual({});
    expect(cells[0].outputs).toMatchObject([
      { output_type: "stream", text: ["ab\n", "c"] },
      { output_type: "execute_result", execution_count: 1 },
    ]);
    expect(metadata).toEqual({ a: 1, language_info: { name: "typescript" } });
    expect(minor).toBe(5);
    for (const { id } of cells) expect(id).toMatch(/^[0-9a-f]{8}$/);
  });

  it("stays as it is", () => {
    expect(formatNotebook(normalNotebook(read(normal)))).toBe(normal);
  });
});

it("a stripped notebook has the same cells without what came of them", () => {
  const stripped = strippedNotebook(read(untidy));
  const ids = read(untidy).cells.map(({ id }) => id);
  expect(stripped.cells.map(({ id }) => id)).toEqual(ids);
  for (const cell of stripped.cells) {
    if (cell.kind === "code") expect(cell).toMatchObject({ executionCount: null, outputs: [] });
  }
  expect(formatNotebook(strippedNotebook(read(formatNotebook(stripped))))).toBe(
    formatNotebook(stripped),
  );
});
