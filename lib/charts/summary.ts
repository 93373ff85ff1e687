/** A chart in words, for readers and front ends without pictures. */
import { tableFrom } from "../tables/frame.ts";
import { text } from "../tables/text.ts";
import { visible } from "../tables/visible.ts";
import type { ChartSpec } from "./guard.ts";

/** Rows of the data that the text shows. */
const extractRows = 8;

const channels: readonly string[] = ["x", "y", "color", "size"];

/** Title, notes, axes with their scales, marks, and the first rows of the data; ASCII only. */
export function summarise(spec: ChartSpec): string {
  const { text: title = [], subtitle = [] } = titleLines(spec);
  const parts = partsOf(spec);
  const rows = dataRows(spec);
  const lines = [
    ...title,
    ...subtitle,
    ...channels.flatMap((name) => channelLine(parts, name)),
    ...panelLine(parts),
    `marks: ${[...new Set(parts.flatMap(markOf))].join(", ")} (${rows.length} rows)`,
  ];
  return [...lines.map((line) => visible(line, true)), ...extractOf(rows)].join("\n");
}

/** The heading of a specification as lines. */
export function titleLines(spec: ChartSpec): { text?: string[]; subtitle?: string[] } {
  const title = spec.title;
  if (typeof title === "string" || Array.isArray(title))
    return { text: [title].flat().map(String) };
  if (!isRecord(title)) return {};
  const lines = (value: unknown) => (value === undefined ? [] : [value].flat().map(String));
  return { text: lines(title.text), subtitle: lines(title.subtitle) };
}

/** The specification and everything composed into it. */
function partsOf(spec: Record<string, unknown>): Record<string, unknown>[] {
  const children = ["layer", "concat", "hconcat", "vconcat", "spec"].flatMap((key) => spec[key]);
  return [spec, ...children.filter(isRecord).flatMap(partsOf)];
}

function channelLine(parts: readonly Record<string, unknown>[], name: string): string[] {
  for (const part of parts) {
    const channel = isRecord(part.encoding) ? part.encoding[name] : undefined;
    if (!isRecord(channel) || typeof channel.field !== "string") continue;
    const title = typeof channel.title === "string" ? channel.title : channel.field;
    const scale = isRecord(channel.scale) ? channel.scale.type : undefined;
    return [`${name}: ${title}${typeof scale === "string" ? `, ${scale} scale` : ""}`];
  }
  return [];
}

/** Headings of panels are texts of a fixed value. */
function panelLine(parts: readonly Record<string, unknown>[]): string[] {
  const headings = parts.flatMap((part) => {
    const channel = isRecord(part.encoding) ? part.encoding.text : undefined;
    return isRecord(channel) && channel.value !== undefined ? [String(channel.value)] : [];
  });
  return headings.length === 0 ? [] : [`panels: ${headings.join("; ")}`];
}

function markOf(part: Record<string, unknown>): string[] {
  const mark = isRecord(part.mark) ? part.mark.type : part.mark;
  return typeof mark === "string" ? [mark] : [];
}

/** The inline rows of a specification and of the views beside each other in it. */
export function dataRows(spec: ChartSpec): Record<string, unknown>[] {
  const own = isRecord(spec.data) && Array.isArray(spec.data.values) ? spec.data.values : [];
  const views = ["concat", "hconcat", "vconcat"].flatMap((key) => spec[key]).filter(isRecord);
  return [...own.filter(isRecord), ...views.flatMap(dataRows)];
}

/** The first rows, without the fields that only place marks (they begin with an underscore). */
function extractOf(rows: readonly Record<string, unknown>[]): string[] {
  const plain = rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([field]) => !field.startsWith("_"))),
  );
  return plain.length === 0 ? [] : ["", text(tableFrom(plain), { maxRows: extractRows })];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
