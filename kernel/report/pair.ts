/** A notebook and its twin in the percent format: the text leads, the notebook keeps the rest. */
import { type Cell, derivedId, type Metadata, type Notebook } from "./notebook.ts";
import { defaultKernelspec, frontEndMetadata } from "./percent.ts";
import type { PercentCell, PercentFile } from "./readPercent.ts";

/**
 * The notebook that the text asks for. Cells that the old notebook has too keep their ids, outputs
 * and attachments; a cell with another text keeps its id, where it is the only change in its place.
 */
export function notebookOf({ kernelspec, cells }: PercentFile, old: Notebook): Notebook {
  const partners = matched(cells, old.cells);
  const taken = new Set(partners.flatMap((partner) => (partner === undefined ? [] : partner.id)));
  return {
    metadata: {
      ...old.metadata,
      kernelspec: kernelspec ?? old.metadata.kernelspec ?? defaultKernelspec,
    },
    cells: cells.map((cell, index) => {
      const partner = partners[index];
      const id = partner?.id ?? freshId(index, cell.source, taken);
      return cellOf(cell, id, partner);
    }),
  };
}

/** A notebook of which nothing is known. */
export const emptyNotebook: Notebook = { metadata: {}, cells: [] };

/** True where both would be the same text. */
export function isSameText(cells: readonly PercentCell[], notebook: Notebook): boolean {
  const text = (all: readonly PercentCell[]): string =>
    JSON.stringify(all.map(({ kind, source, metadata }) => [kind, source, lasting(metadata)]));
  return text(cells) === text(notebook.cells);
}

function cellOf({ kind, source, metadata }: PercentCell, id: string, old: Cell | undefined): Cell {
  const own = Object.entries(old?.metadata ?? {});
  const passing = own.filter(([name]) => frontEndMetadata.includes(name));
  const common = { id, source, metadata: { ...metadata, ...Object.fromEntries(passing) } };
  if (kind === "code") {
    const isSame = old?.kind === "code" && old.source === source;
    const { executionCount, outputs } = isSame ? old : { executionCount: null, outputs: [] };
    return { kind, ...common, executionCount, outputs };
  }
  const attachments = old !== undefined && old.kind !== "code" ? old.attachments : undefined;
  return attachments === undefined ? { kind, ...common } : { kind, ...common, attachments };
}

/** The old cell of each new one: the longest common sequence, then what is left between. */
function matched(cells: readonly PercentCell[], old: readonly Cell[]): (Cell | undefined)[] {
  const partners = commonCells(cells, old);
  const free = (from: number, to: number): Cell[] =>
    old.slice(from, to).filter((cell) => !partners.includes(cell));
  let from = 0;
  for (let at = 0; at < cells.length; at++) {
    const partner = partners[at];
    if (partner !== undefined) {
      from = old.indexOf(partner) + 1;
      continue;
    }
    const next = partners.slice(at).find((cell) => cell !== undefined);
    const to = next === undefined ? old.length : old.indexOf(next);
    const candidate = free(from, to)[0];
    if (candidate?.kind === cells[at]!.kind) partners[at] = candidate;
  }
  return partners;
}

/** The longest sequence of equal cells, in the order of both. */
function commonCells(cells: readonly PercentCell[], old: readonly Cell[]): (Cell | undefined)[] {
  const same = (left: PercentCell, right: PercentCell): boolean =>
    left.kind === right.kind && left.source === right.source;
  const lengths = Array.from({ length: cells.length + 1 }, () => new Uint32Array(old.length + 1));
  for (let i = cells.length - 1; i >= 0; i--) {
    for (let j = old.length - 1; j >= 0; j--) {
      const [here, below] = [lengths[i]!, lengths[i + 1]!];
      here[j] = same(cells[i]!, old[j]!) ? below[j + 1]! + 1 : Math.max(below[j]!, here[j + 1]!);
    }
  }
  const partners: (Cell | undefined)[] = cells.map(() => undefined);
  for (let i = 0, j = 0; i < cells.length && j < old.length; ) {
    if (same(cells[i]!, old[j]!)) partners[i++] = old[j++];
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i += 1;
    else j += 1;
  }
  return partners;
}

function freshId(index: number, source: string, taken: Set<string>): string {
  let id = derivedId(index, source);
  for (let salt = 1; taken.has(id); salt++) id = derivedId(index, `${source}\n${salt}`);
  taken.add(id);
  return id;
}

function lasting(metadata: Metadata): unknown {
  const entries = Object.entries(metadata).filter(([name]) => !frontEndMetadata.includes(name));
  return entries.sort(([left], [right]) => (left < right ? -1 : 1));
}
