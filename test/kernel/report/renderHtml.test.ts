import { describe, expect, it } from "vitest";
import type { CodeCell, Notebook, Output } from "../../../kernel/report/notebook.ts";
import { renderHtml } from "../../../kernel/report/renderHtml.ts";

const versions = { title: "file", packageVersion: "0.1.0", nodeVersion: "20.20.2" };

function code(outputs: Output[], change: Partial<CodeCell> = {}): CodeCell {
  return {
    kind: "code",
    id: "c1",
    metadata: {},
    source: "let a = 1 < 2",
    executionCount: 2,
    outputs,
    ...change,
  };
}

function page(...cells: Notebook["cells"]): string {
  return renderHtml({ metadata: {}, cells }, versions);
}

function shown(data: Record<string, unknown>, metadata = {}): string {
  const html = page(code([{ kind: "display_data", data, metadata }]));
  return /<div class="output">([\s\S]*?)<\/div>\n<\/section>/.exec(html)?.[1] ?? "";
}

describe("a report", () => {
  it("loads nothing and runs nothing", () => {
    const html = page(code([]));
    expect(html).toContain(
      `content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`,
    );
    expect(html).not.toMatch(/<script|<link|src="(?!data:)|url\(/);
  });

  it("takes its title from the first heading, else from the file", () => {
    const cell = { kind: "markdown" as const, id: "m", metadata: {}, source: "# A `b` <c>" };
    expect(page(cell)).toContain("<title>A b &#60;c&#62;</title>");
    expect(page()).toContain("<title>file</title>");
  });

  it("shows code that folds, and starts folded where a tag says so", () => {
    const summary = "<summary>Cell[2] <code>let a = 1 &#60; 2</code></summary>";
    expect(page(code([]))).toContain(
      `<details open>${summary}<pre><code><span class="k">let</span>`,
    );
    expect(page(code([], { metadata: { tags: ["hide-input"] } }))).toContain(`<details>${summary}`);
    expect(page(code([], { source: "let a = 1 < 2\n//% hide" }))).toContain(`<details>${summary}`);
  });

  it("shows streams and errors as text, without colour codes", () => {
    const html = page(
      code([
        { kind: "stream", name: "stderr", text: "\u001b[31m<a>\u001b[0m\n" },
        { kind: "error", ename: "E", evalue: "v", traceback: ["E: v", "  at Cell[1]:1:1"] },
      ]),
    );
    expect(html).toContain('<pre class="stream stderr">&#60;a&#62;\n</pre>');
    expect(html).toContain('<pre class="error">E: v\n  at Cell[1]:1:1</pre>');
  });

  it("shows a chart as its picture, with its text for those who cannot see it", () => {
    const data = { "image/png": "AAAA\n", "text/plain": 'a "b"', "text/html": "<p>no</p>" };
    const metadata = { "image/png": { width: 320, height: 200 } };
    expect(shown(data, metadata)).toBe(
      '<img alt="a &#34;b&#34;" src="data:image/png;base64,AAAA" width="320" height="200">',
    );
  });

  it("shows SVG as a picture too, where it cannot run anything", () => {
    expect(shown({ "image/svg+xml": "<svg/>" })).toBe(
      '<img alt="picture without description" src="data:image/svg+xml;base64,PHN2Zy8+">',
    );
  });

  it("shows HTML made safe, then Markdown, then text, then JSON", () => {
    expect(shown({ "text/html": "<b onclick=x>1</b>", "text/plain": "1" })).toBe("<b>1</b>");
    expect(shown({ "text/markdown": "*a*", "text/plain": "a" })).toBe("<p><em>a</em></p>");
    expect(shown({ "text/plain": "<1>" })).toBe('<pre class="text">&#60;1&#62;</pre>');
    expect(shown({ "application/json": { a: 1 } })).toContain("&#34;a&#34;: 1");
  });

  it("leaves out raw cells and empty code", () => {
    const raw = { kind: "raw" as const, id: "r", metadata: {}, source: "secret" };
    expect(page(raw, code([], { source: " " }))).toContain("<main>\n\n</main>");
  });

  it("says what it was made of, and not when", () => {
    expect(page()).toMatch(
      /<footer>shootdown 0\.1\.0 · Node 20\.20\.2 · notebook sha256 [0-9a-f]{64}<\/footer>/,
    );
    expect(page(code([]))).toBe(page(code([])));
  });
});
