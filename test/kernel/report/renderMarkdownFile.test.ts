import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../../kernel/report/markdown.ts";
import type { Cell, Notebook, Output } from "../../../kernel/report/notebook.ts";
import { renderMarkdownFile } from "../../../kernel/report/renderMarkdownFile.ts";

const png = "iVBORw0KGgo=";

function notebook(
  source: string,
  outputs: readonly Output[],
  more: readonly Cell[] = [],
): Notebook {
  const metadata = {};
  const cell = { kind: "code" as const, id: "c1", metadata, source, executionCount: 1, outputs };
  return { metadata, cells: [cell, ...more] };
}

const shown = (data: Record<string, unknown>, metadata = {}): Output => ({
  kind: "display_data",
  data,
  metadata,
});

describe("a notebook as Markdown", () => {
  it("has prose as it was written, code, text and pictures as files", () => {
    const attachments = { "a.png": { "image/png": png } };
    const prose: Cell = {
      kind: "markdown",
      id: "p1",
      metadata: {},
      source: "## After\n\n![a](attachment:a.png) ![b](attachment:none.png)",
      attachments,
    };
    const outputs: Output[] = [
      { kind: "stream", name: "stdout", text: "\u001b[31mred\u001b[0m\n" },
      shown(
        { "image/png": png, "text/plain": "a chart\nof 3 bars" },
        { "image/png": { width: 20, height: 10 } },
      ),
      shown({ "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>" }),
      shown({ "text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "1" }),
      { kind: "execute_result", data: { "text/plain": "42" }, metadata: {} },
    ];
    const { text, pictures } = renderMarkdownFile(
      notebook("f(`a`)", outputs, [prose]),
      "my n_files",
    );
    expect(text).toBe(`\`\`\`ts
f(\`a\`)
\`\`\`

\`\`\`text
red
\`\`\`

<img alt="a chart of 3 bars" src="my%20n_files/c1-1.png" width="20" height="10">

<img alt="picture without description" src="my%20n_files/c1-2.svg">

<div><table><tr><td>1</td></tr></table></div>

\`\`\`text
42
\`\`\`

## After

![a](my%20n_files/p1-1.png) ![b](attachment:none.png)
`);
    expect(pictures.map(({ name }) => name)).toEqual(
      ["c1-1.png", "c1-2.svg", "p1-1.png"].map((name) => `my n_files/${name}`),
    );
    expect(Buffer.from(pictures[0]!.bytes).toString("base64")).toBe(png);
  });

  it("folds code that is to be hidden", () => {
    const { text } = renderMarkdownFile(notebook("//% hide\n1", []), "f");
    expect(text).toMatch(/^<details><summary>code<\/summary>\n\n```ts\n\/\/% hide\n1\n```\n\n<\//);
  });

  it("lets no output out of its block", () => {
    const payloads = [
      "```\n</code><script>alert(1)</script>\n```",
      "````\n<script>alert(1)</script>",
      "</details></div>\n\n<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "a\r\n\r\n<script>alert(1)</script>",
      "[a](javascript:alert(1))",
    ];
    for (const payload of payloads) {
      const outputs = [
        { kind: "stream" as const, name: "stdout" as const, text: payload },
        { kind: "error" as const, ename: payload, evalue: payload, traceback: [payload] },
        shown({ "text/plain": payload }),
        shown({ "text/html": `<pre>${payload.replace(/</g, "&lt;")}</pre>${payload}` }),
        shown({ "text/markdown": payload }),
        shown({ "application/json": payload }),
        shown({ "image/png": png, "text/plain": payload }),
      ];
      const { text } = renderMarkdownFile(notebook("1", outputs), "f");
      // Without its fenced blocks the text is HTML, as a Markdown reader passes it on.
      const html = text.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, "");
      const names = namesIn(parseFragment(html));
      expect(names).toContain("pre");
      for (const name of ["script", "onerror"]) expect(names).not.toContain(name);
      expect(html).not.toMatch(/href="javascript/);
      expect(html.split(/\n{2,}/).filter((part) => !/^(<div>|<img |$)/.test(part.trim()))).toEqual(
        [],
      );
      // Our own reader sees the same blocks of code, none of them cut short.
      expect(renderMarkdown(text).match(/<pre><code>/g)).toHaveLength(5);
    }
  });
});

/** Names of elements and attributes. */
function namesIn(node: DefaultTreeAdapterTypes.Node): string[] {
  const attributes = "attrs" in node ? node.attrs.map(({ name }) => name) : [];
  const children = "childNodes" in node ? node.childNodes.flatMap(namesIn) : [];
  return [node.nodeName, ...attributes, ...children];
}
