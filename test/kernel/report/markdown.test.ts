import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headingId, renderMarkdown } from "../../../kernel/report/markdown.ts";

describe("blocks", () => {
  it.each([
    ["# A `b`", '<h1 id="a-b">A <code>b</code></h1>'],
    ["### A ###", '<h3 id="a">A</h3>'],
    ["one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>"],
    ["---", "<hr>"],
    ["> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>"],
    [
      "```ts\nlet a = 1 < 2;\n\n# no\n```\nb",
      "<pre><code>let a = 1 &#60; 2;\n\n# no</code></pre>\n<p>b</p>",
    ],
    ["~~~\nopen", "<pre><code>open</code></pre>"],
    ["- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"],
    ["3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'],
    ["- a\n  - b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n<li>c</li>\n</ul>"],
    ["- a\ngoes on\n\n  more\n\nend", "<ul>\n<li>a\ngoes on\n<p>more</p></li>\n</ul>\n<p>end</p>"],
    ["born in\n1986. Then", "<p>born in\n1986. Then</p>"],
    ["text\n- a", "<p>text</p>\n<ul>\n<li>a</li>\n</ul>"],
  ])("%j", (markdown, html) => {
    expect(renderMarkdown(markdown)).toBe(html);
  });

  it("a table aligns as it says, and a bar may be escaped", () => {
    expect(renderMarkdown("| a | b |\n|:--|--:|\n| x \\| y | `1` |\n| z |")).toBe(
      '<table><thead><tr><th>a</th><th style="text-align:right">b</th></tr></thead>\n' +
        '<tbody><tr><td>x | y</td><td style="text-align:right"><code>1</code></td></tr>\n' +
        '<tr><td>z</td><td style="text-align:right"></td></tr></tbody></table>',
    );
  });
});

describe("inline", () => {
  const inline = (text: string): string =>
    renderMarkdown(text).replace(/^<p>([\s\S]*)<\/p>$/, "$1");

  it.each([
    [
      "*a* **b** ***c*** ~~d~~",
      "<em>a</em> <strong>b</strong> <strong><em>c</em></strong> <del>d</del>",
    ],
    ["tlb_remove_table_sync_one", "tlb_remove_table_sync_one"],
    ["_a_ __b__", "<em>a</em> <strong>b</strong>"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["`` a ` b ``", "<code>a ` b</code>"],
    ["\\*a\\*", "*a*"],
    ["a  \nb", "a<br>\nb"],
    ["1 < 2 & 3", "1 &#60; 2 &#38; 3"],
  ])("%j", (markdown, html) => {
    expect(inline(markdown)).toBe(html);
  });

  it("links lead to web pages and headings only", () => {
    const rel = ' rel="noopener noreferrer"';
    expect(inline("[a](https://a.b/c_(d)?e=1&f)")).toBe(
      `<a href="https://a.b/c_(d)?e=1&#38;f"${rel}>a</a>`,
    );
    expect(inline("[a](#part-two)")).toBe(`<a href="#part-two"${rel}>a</a>`);
    expect(inline("see https://a.b/c.")).toBe(
      `see <a href="https://a.b/c"${rel}>https://a.b/c</a>.`,
    );
    expect(inline("[a](javascript:alert)")).toBe("a");
    expect(inline("[a](data:text/html,x)")).toBe("a");
  });

  it("pictures come from the notebook", () => {
    const uri = "data:image/png;base64,AA==";
    const find = (name: string) => (name === "p.png" ? uri : undefined);
    expect(renderMarkdown("![a <b>](attachment:p.png)", find)).toBe(
      `<p><img alt="a &#60;b&#62;" src="${uri}"></p>`,
    );
    expect(renderMarkdown("![a](https://a.b/p.png)")).toBe(
      '<p><a href="https://a.b/p.png" rel="noopener noreferrer">a</a></p>',
    );
  });
});

it("no text becomes HTML of its own", () => {
  const nasty = fc.array(
    fc.constantFrom(
      "<script>",
      "<img src=x onerror=y>",
      "`",
      "*",
      "_",
      "[",
      "](",
      ")",
      "!",
      "\n",
      "|",
      "javascript:",
      "https://",
      '"',
      "- ",
      "> ",
      "#",
      "a",
      " ",
    ),
  );
  fc.assert(
    fc.property(nasty, (parts) => {
      const html = renderMarkdown(parts.join(""));
      expect(html).not.toMatch(/<script|<img src=x|href="(?!https?:|#)/);
    }),
    { numRuns: 300 },
  );
});

it("nesting without end stays finite", () => {
  expect(renderMarkdown(`${"> ".repeat(3_000)}deep`)).toContain("deep");
  expect(renderMarkdown(`${"**a *b ".repeat(1_000)}deep`)).toContain("deep");
});

it("headings can be linked to as on GitHub", () => {
  expect(headingId("What it *costs*: IPIs & walkers")).toBe("what-it-costs-ipis--walkers");
});
