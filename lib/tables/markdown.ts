/** Tables as Markdown, for pages that a script writes. */

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
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** An integer with its digits in groups of three: `22,900,000`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
