/**
 * What a chart may contain. A specification is a small program for Vega: it can name files and
 * addresses, and links that run script. Charts carry their data inline and nothing else.
 */
import { refused, tooManyMarks } from "../base/messages.ts";

/** A Vega-Lite specification as plain JSON. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** Most rows a chart draws: with more, the notebook becomes too large to open. */
export const maxMarks = 5000;

/** Keys by which Vega-Lite fetches a resource or makes a link. */
const resourceKeys: readonly string[] = ["url", "href"];

/**
 * Counts the inline data rows of a specification. Throws SD011 for anything but inline data (`url`,
 * `href`, image marks) and SD010 for more than {@link maxMarks} rows.
 */
export function guardSpec(spec: ChartSpec): number {
  const rows = inspect(spec);
  if (rows > maxMarks) throw tooManyMarks(rows, maxMarks);
  return rows;
}

function inspect(node: unknown): number {
  if (Array.isArray(node)) return node.reduce((rows: number, child) => rows + inspect(child), 0);
  if (typeof node !== "object" || node === null) return 0;
  let rows = 0;
  for (const [key, value] of Object.entries(node)) {
    if (resourceKeys.includes(key)) throw refused(key, value, "charts carry inline data only");
    if ((key === "mark" || key === "type") && value === "image") {
      throw refused("mark", value, "charts load no images");
    }
    if (key === "data") rows += inlineRows(value);
    else if (key === "datasets") rows += datasetRows(value);
    else rows += inspect(value);
  }
  return rows;
}

/** Rows may have any keys: they are counted, not searched. Everything beside them is searched. */
function inlineRows(data: unknown): number {
  if (typeof data !== "object" || data === null) return 0;
  const { values, ...rest } = data as Record<string, unknown>;
  inspect(rest);
  if (typeof values === "string") throw refused("data", values, "rows must be an array");
  return Array.isArray(values) ? values.length : 0;
}

function datasetRows(datasets: unknown): number {
  if (typeof datasets !== "object" || datasets === null) return 0;
  return Object.values(datasets).reduce((rows: number, values) => rows + inlineRows({ values }), 0);
}
