import { describe, expect, it } from "vitest";
import { abstractOf } from "../../../kernel/report/abstract.ts";
import type { Cell, Output } from "../../../kernel/report/notebook.ts";

const prose = (source: string): Cell => ({ kind: "markdown", id: "m", metadata: {}, source });

function code(outputs: Output[], tags: string[] = []): Cell {
  return { kind: "code", id: "c", metadata: { tags }, source: "1", executionCount: 1, outputs };
}

function printed(text: string): Output {
  return { kind: "stream", name: "stdout", text };
}

function drawn(base64: string, text: string): Output {
  const data = { "image/png": base64, "text/plain": text };
  return { kind: "display_data", data, metadata: {} } as Output;
}

describe("a notebook in short", () => {
  it("has the first heading, the finding that a cell printed, and the first picture", () => {
    const cells = [
      prose("some words\n# A `b` *c*"),
      code([printed("not this")]),
      code([drawn("aaaa", "A chart\nx: CPUs"), drawn("bbbb", "Another")]),
      code([printed("It saves\n 3 of 4.\n"), printed("")], ["finding"]),
    ];
    expect(abstractOf({ metadata: {}, cells })).toEqual({
      title: "A b c",
      finding: "It saves 3 of 4.",
      picture: { uri: "data:image/png;base64,aaaa", words: "A chart" },
    });
  });

  it("says nothing that no cell has put out", () => {
    const warning: Output = { kind: "stream", name: "stderr", text: "late" };
    const cells = [code([warning], ["finding"])];
    const empty = { title: undefined, finding: undefined, picture: undefined };
    expect(abstractOf({ metadata: {}, cells })).toEqual(empty);
  });
});
