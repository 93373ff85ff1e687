/** Fits columns of text into a given width: wraps headers, then shortens texts, then splits. */
import type { CellColumn } from "./cells.ts";

/** A column with its final width, header lines and cells, none wider than `width`. */
export interface PlacedColumn {
  readonly numeric: boolean;
  readonly width: number;
  readonly header: readonly string[];
  readonly cells: readonly string[];
}

/** Blank characters between two columns. */
export const gap = 2;

/** Texts are not shortened, and in blocks headers not wrapped, below this width. */
const readable = 10;

/**
 * Blocks of columns, each at most `width` characters wide. One block when the columns fit side by
 * side, if need be with headers wrapped at `_` and texts shortened; otherwise several, and each
 * repeats the first column, which names the row.
 */
export function layout(columns: readonly CellColumn[], width: number): PlacedColumn[][] {
  const natural = columns.map((column) => Math.max(column.name.length, widest(column.cells)));
  if (total(natural) <= width) return [columns.map((column, i) => place(column, natural[i] ?? 0))];
  const wrapped = columns.map((column) =>
    Math.min(width, Math.max(longestWord(column.name), widest(column.cells))),
  );
  const squeezed = squeeze(columns, wrapped, width);
  if (total(squeezed) <= width)
    return [columns.map((column, i) => place(column, squeezed[i] ?? 0))];
  return split(
    columns,
    wrapped.map((least, i) => Math.max(least, Math.min(readable, natural[i] ?? 0))),
    width,
  );
}

/**
 * The widths with the widest texts shortened, one character at a time, until all fit or none can.
 */
function squeeze(
  columns: readonly CellColumn[],
  widths: readonly number[],
  limit: number,
): number[] {
  const result = [...widths];
  const least = columns.map((column, i) =>
    column.numeric ? (widths[i] ?? 0) : Math.max(readable, longestWord(column.name)),
  );
  let excess = total(result) - limit;
  while (excess > 0) {
    let victim = -1;
    result.forEach((width, i) => {
      const canShrink = width > (least[i] ?? 0);
      if (canShrink && (victim < 0 || width > (result[victim] ?? 0))) victim = i;
    });
    if (victim < 0) return result;
    result[victim] = (result[victim] ?? 0) - 1;
    excess--;
  }
  return result;
}

function split(
  columns: readonly CellColumn[],
  widths: readonly number[],
  limit: number,
): PlacedColumn[][] {
  const [first, ...others] = columns;
  if (first === undefined) return [];
  const label = place(first, Math.min(widths[0] ?? 0, Math.floor((limit - gap) / 2)));
  const room = limit - label.width - gap;
  const blocks: PlacedColumn[][] = [];
  let left = 0;
  others.forEach((column, i) => {
    const placed = place(column, Math.min(widths[i + 1] ?? 0, room));
    if (blocks.length === 0 || left < placed.width) {
      blocks.push([label]);
      left = room;
    }
    blocks.at(-1)?.push(placed);
    left -= placed.width + gap;
  });
  return blocks.length > 0 ? blocks : [[label]];
}

function place(column: CellColumn, width: number): PlacedColumn {
  return {
    numeric: column.numeric,
    width,
    header: wrapName(column.name, width),
    cells: column.cells.map((cell) => shorten(cell, width)),
  };
}

/** The name in lines of at most `width`, broken after `_`: the lines joined give the name again. */
function wrapName(name: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words(name)) {
    if (line.length + word.length > width && line !== "") {
      lines.push(line);
      line = "";
    }
    line += word;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line];
}

function words(name: string): readonly string[] {
  return name.match(/[^_]*_+|[^_]+/g) ?? [];
}

function longestWord(name: string): number {
  return widest(words(name));
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 1);
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
}

/** `collapse 20 G~`: the mark says that something is missing. */
function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}~`;
}
