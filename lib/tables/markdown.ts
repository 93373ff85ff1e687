/** Tables as Markdown, for pages that a script writes. */
import { visible } from "./visible.ts";

/** How the cells of a column stand. */
export type Alignment = "left" | "right";

/**
 * A table with a line of headings. Numbers stand to the right where `alignments` says so; a bar in
 * a cell is escaped, and a line break becomes a blank.
 */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string {
  const rule = header.map((_, i) => (alignments[i] === "right" ? "---:" : "---"));
  const line = (cells: readonly string[]): string => `| ${cells.map(cellText).join(" | ")} |`;
  return [line(header), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
}

function cellText(text: string): string {
  const bare = text.replaceAll("|", "\\|").replace(/\s+/g, " ");
  // Code keeps its `<`: there it is text already.
  const parts = bare.split(/(`[^`]*`)/);
  return parts.map((part, i) => (i % 2 === 1 ? part : withoutTags(part))).join("");
}

/** The names of programs and files are text, also for readers that let HTML through. */
function withoutTags(text: string): string {
  return visible(text, false)
    .replaceAll("<", "&lt;")
    .replace(/\]\(\s*(?!https?:|#|[\w./-]+\))/g, "] (");
}

/** An integer with its digits in groups of three: `22,900,000`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
