/**
 * Markdown as notebooks use it: headings, paragraphs, lists, code, tables, quotes, rules, and what
 * `inlineMarkdown` knows. It renders every text to something readable and nothing to raw HTML.
 */
import { escapeText } from "./escape.ts";
import { type AttachmentUri, inlineMarkdown } from "./inlineMarkdown.ts";

/** HTML of a Markdown text; pictures come from the attachments of the cell. */
export function renderMarkdown(
  text: string,
  attachmentUri: AttachmentUri = () => undefined,
): string {
  return new BlockRenderer((inner) => inlineMarkdown(inner, attachmentUri)).blocks(
    text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"),
  );
}

/** The name by which a heading can be linked to, as GitHub makes it. */
export function headingId(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)[^`]*$/;
const heading = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/;
const rule = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const quote = /^ {0,3}> ?/;
const item = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/;
const tableDelimiter = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** One kind of block: the number of lines it takes at the front of the lines, and its HTML. */
type Block = readonly [lines: number, html: string];

/** Blocks in blocks in blocks: deeper ones are shown as text. */
const deepestBlock = 20;

class BlockRenderer {
  private readonly inline: (text: string) => string;
  private depth = 0;

  constructor(inline: (text: string) => string) {
    this.inline = inline;
  }

  blocks(lines: readonly string[]): string {
    this.depth += 1;
    const out: string[] = [];
    for (let at = 0; at < lines.length; ) {
      if (lines[at]!.trim() === "") {
        at += 1;
        continue;
      }
      const [taken, html] = this.block(lines.slice(at));
      out.push(html);
      at += taken;
    }
    this.depth -= 1;
    return out.join("\n");
  }

  private block(lines: readonly string[]): Block {
    const first = lines[0]!;
    if (this.depth > deepestBlock) return this.paragraph(lines);
    if (fence.test(first)) return this.code(lines);
    if (heading.test(first)) return [1, this.heading(first)];
    if (rule.test(first)) return [1, "<hr>"];
    if (quote.test(first)) return this.quote(lines);
    if (isTable(lines)) return this.table(lines);
    if (item.test(first)) return this.list(lines);
    return this.paragraph(lines);
  }

  private code(lines: readonly string[]): Block {
    const [, marker = ""] = fence.exec(lines[0]!) ?? [];
    const isEnd = (line: string): boolean =>
      line.trim().startsWith(marker) && line.trim().replaceAll(marker[0]!, "") === "";
    const end = lines.findIndex((line, index) => index > 0 && isEnd(line));
    const body = lines.slice(1, end < 0 ? lines.length : end);
    const html = `<pre><code>${escapeText(body.join("\n"))}</code></pre>`;
    return [end < 0 ? lines.length : end + 1, html];
  }

  private heading(line: string): string {
    const [, marks = "#", text = ""] = heading.exec(line) ?? [];
    const tag = `h${marks.length}`;
    return `<${tag} id="${escapeText(headingId(text))}">${this.inline(text)}</${tag}>`;
  }

  private quote(lines: readonly string[]): Block {
    const taken = takeWhile(lines, (line) => quote.test(line));
    const inner = taken.map((line) => line.replace(quote, ""));
    return [taken.length, `<blockquote>\n${this.blocks(inner)}\n</blockquote>`];
  }

  private table(lines: readonly string[]): Block {
    const taken = takeWhile(lines, (line) => line.includes("|"));
    const [head = [], delimiters = [], ...rows] = taken.map(tableCells);
    const row = (tag: string, cells: readonly string[]): string => {
      const html = head.map((_, column) => {
        const style = alignment(delimiters[column]);
        return `<${tag}${style}>${this.inline(cells[column] ?? "")}</${tag}>`;
      });
      return `<tr>${html.join("")}</tr>`;
    };
    const body = rows.map((cells) => row("td", cells)).join("\n");
    const html = `<table><thead>${row("th", head)}</thead>\n<tbody>${body}</tbody></table>`;
    return [taken.length, html];
  }

  private list(lines: readonly string[]): Block {
    const ordered = isOrdered(lines[0]!);
    const items: string[] = [];
    let at = 0;
    while (at < lines.length && item.test(lines[at]!) && isOrdered(lines[at]!) === ordered) {
      const [taken, html] = this.item(lines.slice(at));
      items.push(html);
      at += taken;
    }
    const start = Number.parseInt(lines[0]!.trim(), 10);
    const open = ordered ? `<ol${start === 1 ? "" : ` start="${start}"`}>` : "<ul>";
    return [at, `${open}\n${items.join("\n")}\n</${ordered ? "ol" : "ul"}>`];
  }

  /** An item holds what is indented like its text, and lines that continue its last paragraph. */
  private item(lines: readonly string[]): Block {
    const indent = item.exec(lines[0]!)?.[0].length ?? 0;
    const isInside = (line = ""): boolean => line.trim() !== "" && indentOf(line) >= indent;
    const rest = takeWhile(lines.slice(1), (line, index, all) => {
      if (isInside(line)) return true;
      if (line.trim() === "") return isInside(all[index + 1]);
      const continues = index === 0 || all[index - 1]!.trim() !== "";
      return continues && !startsBlock(line) && !item.test(line);
    });
    const inner = rest.map((line) => line.slice(Math.min(indent, indentOf(line))));
    const html = this.blocks([lines[0]!.slice(indent), ...inner]);
    // The first paragraph stands beside the mark and needs no space around it.
    const beside = html.replace(/^<p>([\s\S]*?)<\/p>/, "$1");
    return [skipBlank(lines, rest.length + 1), `<li>${beside}</li>`];
  }

  private paragraph(lines: readonly string[]): Block {
    const taken = takeWhile(lines, (line, index) => index === 0 || !startsBlock(line));
    const text = taken.map((line) => line.trimStart()).join("\n");
    return [taken.length, `<p>${this.inline(text.trimEnd())}</p>`];
  }
}

/** True where a paragraph ends although no blank line follows. A year may begin a line: `1986.` */
function startsBlock(line: string): boolean {
  if (line.trim() === "") return true;
  return [fence, heading, rule, quote, /^ {0,3}(?:[-*+]|1[.)]) /].some((start) => start.test(line));
}

function isTable([head = "", delimiter = ""]: readonly string[]): boolean {
  return head.includes("|") && delimiter.includes("|") && tableDelimiter.test(delimiter);
}

function tableCells(line: string): string[] {
  const inner = line.trim().replace(/^\||(?<!\\)\|$/g, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function alignment(delimiter = ""): string {
  const right = delimiter.endsWith(":");
  if (!right) return "";
  return ` style="text-align:${delimiter.startsWith(":") ? "center" : "right"}"`;
}

function isOrdered(line: string): boolean {
  return /^\s*\d/.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Blank lines between items belong to the list. */
function skipBlank(lines: readonly string[], from: number): number {
  let next = from;
  while (next < lines.length && lines[next]!.trim() === "") next += 1;
  return next < lines.length && item.test(lines[next]!) ? next : from;
}

function takeWhile(
  lines: readonly string[],
  belongs: (line: string, index: number, lines: readonly string[]) => boolean,
): string[] {
  const end = lines.findIndex((line, index) => !belongs(line, index, lines));
  return lines.slice(0, end < 0 ? lines.length : end);
}
