import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitizeHtml } from "../../../kernel/report/sanitize.ts";

describe("HTML of an output", () => {
  it("keeps tables with their alignment", () => {
    const html =
      '<table style="border-collapse:collapse"><thead>' +
      '<tr><th title="a &#60; b" colspan="2">n</th></tr></thead><tbody>' +
      '<tr><td style="text-align:right;padding:0.15em 0.7em">646,316</td></tr></tbody></table>';
    expect(sanitizeHtml(html)).toBe(html);
  });

  it.each([
    ["<script>alert(1)</script>a", "a"],
    ["<SCRIPT src=x>alert(1)", ""],
    ["<style>*{}</style><p>a</p>", "<p>a</p>"],
    ['<img src="https://a.b/c.png" onerror="x()">', "<img>"],
    [
      '<img src="data:image/png;base64,AA==" width="4">',
      '<img src="data:image/png;base64,AA==" width="4">',
    ],
    ['<a href="javascript:x()">a</a>', '<a rel="noopener noreferrer">a</a>'],
    ['<a href="java&#115;cript:x()">a</a>', '<a rel="noopener noreferrer">a</a>'],
    ["<a href='https://a.b'>a</a>", '<a href="https://a.b" rel="noopener noreferrer">a</a>'],
    ['<p onclick="x()" id="i" class="c">a</p>', "<p>a</p>"],
    ['<p style="background:url(https://a.b)">a</p>', "<p>a</p>"],
    ['<p style="position:fixed;top:0">a</p>', "<p>a</p>"],
    ["<form action=x><input>a</form>", "a"],
    ["</div></section>a", "a"],
    ["<b><i>a</b>c", "<b><i>a</i></b>c"],
    ["<div><p>a", "<div><p>a</p></div>"],
    ["a < b > c <", "a &lt; b &gt; c &lt;"],
    ["<!-- <p> -->a<!-- open", "a"],
    ["<svg><script>x</script></svg>a", "a"],
  ])("%s", (html, safe) => {
    expect(sanitizeHtml(html)).toBe(safe);
  });

  it("is safe and balanced whatever comes in, and stays as it is the second time", () => {
    const parts = fc.array(
      fc.constantFrom(
        "<",
        ">",
        "/",
        "script",
        "img",
        "table",
        "td",
        " ",
        '"',
        "'",
        "=",
        "onerror",
        "style",
        "src",
        "javascript:",
        "</",
        "<!--",
        "-->",
        "a",
        "\n",
        "&#60;",
      ),
    );
    fc.assert(
      fc.property(parts, (words) => {
        const safe = sanitizeHtml(words.join(""));
        expect(safe).not.toMatch(/<(?!\/?(?:a|img|table|td)[ >])/);
        expect(safe).not.toMatch(/<[^>]*(?:onerror|javascript:)[^>]*=/);
        expect(sanitizeHtml(safe)).toBe(safe);
      }),
      { numRuns: 500 },
    );
  });
});
