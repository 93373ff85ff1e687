/** A verdict as HTML: what it comes to first, then how far that goes. */
import { escapeHtml } from "../../tables/html.ts";

/** Fill and ink by outcome; the words say the same, so that colour is not needed to read it. */
const LOOKS: Readonly<Record<string, string>> = {
  holds: "background:#D5EBE3;color:#00573E",
  violated: "background:#F6D9C6;color:#8C3D00",
  undecided: "background:#FBF4C0;color:#5C5600",
  vacuous: "background:#E9E9E9;color:#444444",
};

const CELL = "padding:0.1em 0.7em;vertical-align:top;text-align:left";

/** `headline` on the colour of `outcome`, and a table of labels and texts. All of it is escaped. */
export function verdictHtml(
  outcome: string,
  headline: string,
  rows: readonly (readonly [label: string, lines: readonly string[]])[],
): string {
  const body = rows.map(([label, lines]) => {
    const text = lines.map(escapeHtml).join("<br>");
    const isCode = label === "schedule";
    return (
      `<tr><th style="${CELL}">${escapeHtml(label)}</th>` +
      `<td style="${CELL}">${isCode ? `<code>${text}</code>` : text}</td></tr>\n`
    );
  });
  return (
    `<div><p><strong style="${LOOKS[outcome] ?? ""};padding:0.2em 0.6em">` +
    `${escapeHtml(headline)}</strong></p>\n` +
    `<table style="border-collapse:collapse"><tbody>\n${body.join("")}</tbody></table></div>`
  );
}
