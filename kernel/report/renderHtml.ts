/** A notebook as one HTML file that loads nothing, runs nothing and can be mailed. */
import type { MimeBundle } from "../exec/messages.ts";
import { cellMagics } from "../lang/magic.ts";
import { findingTag, firstHeading } from "./abstract.ts";
import { escapeText } from "./escape.ts";
import { highlightTypeScript } from "./highlight.ts";
import { renderMarkdown } from "./markdown.ts";
import { withoutColours } from "./normalize.ts";
import type { CodeCell, Metadata, Notebook, Output, TextCell } from "./notebook.ts";
import { notebookDigest, tagsOf } from "./notebook.ts";
import { htmlPage } from "./page.ts";
import { pictureOf, pictureSize } from "./pictures.ts";
import { sanitizeHtml } from "./sanitize.ts";

/** What the page says about itself. */
export interface ReportOptions {
  /** Shown by the browser when the notebook has no heading, usually the name of its file. */
  readonly title: string;
  /** Versions for the last line of the page; no clock, so that equal notebooks give equal pages. */
  readonly packageVersion: string;
  readonly nodeVersion: string;
}

/**
 * The page. Cells tagged `hide-input` or `finding`, or with `//% hide`, start with their code
 * folded; what a `finding` prints stands out.
 */
export function renderHtml(notebook: Notebook, options: ReportOptions): string {
  const cells = notebook.cells.map((cell) =>
    cell.kind === "code" ? codeSection(cell) : textSection(cell),
  );
  return htmlPage({
    title: firstHeading(notebook) ?? options.title,
    main: cells.filter((cell) => cell !== "").join("\n"),
    footer: footer(notebook, options),
  });
}

function textSection({ kind, source, attachments, id }: TextCell): string {
  if (kind === "raw") return "";
  const html = renderMarkdown(source, (name) => attachmentUri(attachments?.[name]));
  return `<section class="prose" id="cell-${id}">\n${html}\n</section>`;
}

function attachmentUri(attachment: unknown): string | undefined {
  if (typeof attachment !== "object" || attachment === null) return undefined;
  return pictureOf(attachment as MimeBundle)?.uri;
}

function codeSection(cell: CodeCell): string {
  if (cell.source.trim() === "") return "";
  const tags = tagsOf(cell);
  const isFinding = tags.includes(findingTag);
  const isFolded = isFinding || tags.includes("hide-input") || cellMagics(cell.source).hide;
  const open = isFolded ? "" : " open";
  const firstLine = cell.source.trim().split("\n")[0] ?? "";
  const summary = `Cell[${cell.executionCount ?? " "}] <code>${escapeText(firstLine)}</code>`;
  const code = `<pre><code>${highlightTypeScript(cell.source)}</code></pre>`;
  const outputs = cell.outputs.map((output) => `<div class="output">${outputHtml(output)}</div>`);
  return [
    `<section${isFinding ? ' class="finding"' : ""} id="cell-${cell.id}">`,
    `<details${open}><summary>${summary}</summary>${code}</details>`,
    ...outputs,
    "</section>",
  ].join("\n");
}

function outputHtml(output: Output): string {
  switch (output.kind) {
    case "stream":
      return preformatted(output.text, `stream ${output.name}`);
    case "error":
      return preformatted(output.traceback.join("\n"), "error");
    case "display_data":
    case "execute_result":
      return bundleHtml(output.data, output.metadata);
  }
}

/** The richest form a page without scripts can show; a chart is its picture, with its text. */
function bundleHtml(data: MimeBundle, metadata: Metadata): string {
  const plain = typeof data["text/plain"] === "string" ? data["text/plain"] : undefined;
  const found = pictureOf(data);
  if (found !== undefined) {
    const alternative = escapeText(plain ?? "picture without description");
    return `<img alt="${alternative}" src="${found.uri}"${pictureSize(metadata[found.type])}>`;
  }
  const html = data["text/html"];
  if (typeof html === "string") return sanitizeHtml(html);
  const markdown = data["text/markdown"];
  if (typeof markdown === "string") return renderMarkdown(markdown);
  return preformatted(plain ?? JSON.stringify(data, null, 1), "text");
}

function preformatted(text: string, className: string): string {
  return `<pre class="${className}">${escapeText(withoutColours(text))}</pre>`;
}

function footer(notebook: Notebook, { packageVersion, nodeVersion }: ReportOptions): string {
  const digest = `notebook sha256 ${notebookDigest(notebook)}`;
  return `<footer>shootdown ${packageVersion} · Node ${nodeVersion} · ${digest}</footer>`;
}
