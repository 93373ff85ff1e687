/** Notebooks as version control likes them: with what they say, without how they came to it. */
import type { Cell, Notebook, Output } from "./notebook.ts";
import { isLasting } from "./passing.ts";
import { frontEndMetadata } from "./percent.ts";

/**
 * The notebook in its normal form: counts from 1 in the order of the cells, text of one stream in
 * one piece, nothing of the moment. `formatNotebook` does the rest (keys, lines, ids).
 */
export function normalNotebook({ metadata, cells }: Notebook): Notebook {
  let count = 0;
  return {
    metadata,
    cells: cells.map((cell) => {
      const tidy = withoutFrontEnd(cell);
      if (tidy.kind !== "code") return tidy;
      const executionCount = tidy.executionCount === null ? null : ++count;
      return { ...tidy, executionCount, outputs: wholeStreams(tidy.outputs.filter(isLasting)) };
    }),
  };
}

/** The notebook without outputs and counts. */
export function strippedNotebook({ metadata, cells }: Notebook): Notebook {
  return {
    metadata,
    cells: cells.map((cell) => {
      const tidy = withoutFrontEnd(cell);
      return tidy.kind === "code" ? { ...tidy, executionCount: null, outputs: [] } : tidy;
    }),
  };
}

function withoutFrontEnd(cell: Cell): Cell {
  const entries = Object.entries(cell.metadata);
  const kept = entries.filter(([name]) => !frontEndMetadata.includes(name));
  return { ...cell, metadata: Object.fromEntries(kept) };
}

/** Front ends cut text as they please: pieces of one stream belong together. */
export function wholeStreams(outputs: readonly Output[]): Output[] {
  const joined: Output[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.kind === "stream" && last?.kind === "stream" && last.name === output.name) {
      joined[joined.length - 1] = { ...last, text: last.text + output.text };
    } else {
      joined.push(output);
    }
  }
  return joined;
}
