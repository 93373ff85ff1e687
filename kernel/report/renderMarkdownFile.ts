/**
 * A notebook as Markdown with pictures beside it, for wikis and repositories. Prose is as its
 * author has written it; what cells have put out is text, or HTML that runs and loads nothing.
 */
import type { MimeBundle } from "../exec/messages.ts";
import { cellMagics } from "../lang/magic.ts";
import { escapeText } from "./escape.ts";
import { renderMarkdown } from "./markdown.ts";
import { withoutColours } from "./normalize.ts";
import { type Cell, type CodeCell, type Metadata, type Notebook, tagsOf } from "./notebook.ts";
import { pictureOf, pictureSize } from "./pictures.ts";
import { sanitizeHtml } from "./sanitize.ts";

/** The text, and the files that it shows. */
export interface MarkdownFile {
  readonly text: string;
  /** Names with the folder in front, as in the text. */
  readonly pictures: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Renders; pictures are called `FOLDER/ID-1.png` after the id of their cell. */
export function renderMarkdownFile({ cells }: Notebook, folder: string): MarkdownFile {
  const writer = new MarkdownWriter(folder);
  const blocks = cells.flatMap((cell) => writer.cell(cell));
  return { text: `${blocks.join("\n\n")}\n`, pictures: writer.pictures };
}

class MarkdownWriter {
  readonly pictures: { name: string; bytes: Uint8Array }[] = [];
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  cell(cell: Cell): string[] {
    if (cell.kind === "raw" || cell.source.trim() === "") return [];
    return cell.kind === "code" ? this.code(cell) : [this.prose(cell)];
  }

  /** Attached pictures become files; names that nothing is attached under stay as they are. */
  private prose(cell: Exclude<Cell, CodeCell>): string {
    return cell.source.replace(/\]\(attachment:([^()\s]+)\)/g, (whole, name: string) => {
      const bundle = cell.attachments?.[name];
      if (typeof bundle !== "object" || bundle === null) return whole;
      const path = this.picture(bundle as MimeBundle, cell.id)?.path;
      return path === undefined ? whole : `](${path})`;
    });
  }

  private code(cell: CodeCell): string[] {
    const code = fenced(cell.source, "ts");
    const isFolded = tagsOf(cell).includes("hide-input") || cellMagics(cell.source).hide;
    const shown = isFolded ? `<details><summary>code</summary>\n\n${code}\n\n</details>` : code;
    return [shown, ...cell.outputs.map((output) => this.output(output, cell.id))];
  }

  private output(output: CodeCell["outputs"][number], id: string): string {
    switch (output.kind) {
      case "stream":
        return fenced(withoutColours(output.text), "text");
      case "error":
        return fenced(withoutColours(output.traceback.join("\n")), "text");
      case "display_data":
      case "execute_result":
        return this.bundle(output.data, output.metadata, id);
    }
  }

  private bundle(data: MimeBundle, metadata: Metadata, id: string): string {
    const plain = typeof data["text/plain"] === "string" ? data["text/plain"] : undefined;
    const found = this.picture(data, id);
    if (found !== undefined) {
      const words = (plain ?? "picture without description").replace(/\s+/g, " ").trim();
      const size = pictureSize(metadata[found.type]);
      return `<img alt="${escapeText(words)}" src="${escapeText(found.path)}"${size}>`;
    }
    const html = data["text/html"];
    if (typeof html === "string") return block(sanitizeHtml(html));
    const markdown = data["text/markdown"];
    if (typeof markdown === "string") return block(renderMarkdown(markdown));
    return fenced(withoutColours(plain ?? JSON.stringify(data, null, 1)), "text");
  }

  private picture(data: MimeBundle, id: string): { path: string; type: string } | undefined {
    const found = pictureOf(data);
    if (found === undefined) return undefined;
    const ending = found.type.slice("image/".length).replace("+xml", "");
    const count = this.pictures.filter(({ name }) =>
      name.startsWith(`${this.folder}/${id}-`),
    ).length;
    const name = `${this.folder}/${id}-${count + 1}.${ending}`;
    this.pictures.push({ name, bytes: Buffer.from(found.base64, "base64") });
    return { path: name.split("/").map(encodeURIComponent).join("/"), type: found.type };
  }
}

/** Text between fences that are longer than any run of their character in it. */
function fenced(text: string, language: string): string {
  const runs = Array.from(text.matchAll(/`+/g), ([run]) => run.length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}${language}\n${text.replace(/\r\n?/g, "\n").replace(/\n+$/, "")}\n${fence}`;
}

/** A block of HTML, which an empty line would end: none may be in it. */
function block(html: string): string {
  const lines = html
    .trim()
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "");
  return `<div>${lines.join("\n")}</div>`;
}
