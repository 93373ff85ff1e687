import { describe, expect, it } from "vitest";
import { tableFrom } from "../../lib/tables/frame.ts";
import { displayBundle, escapeHtml, htmlTable } from "../../lib/tables/html.ts";

const cell = "padding:0.15em 0.7em;vertical-align:top";
const head = `${cell};border-bottom:1px solid currentColor`;

describe("a table as HTML", () => {
  it("is a plain table with numbers to the right", () => {
    expect(htmlTable(tableFrom([{ comm: "khugepaged", n: 646_316 }]))).toBe(
      '<div><table style="border-collapse:collapse;font-variant-numeric:tabular-nums"><thead><tr>' +
        `<th style="${head};text-align:left">comm</th><th style="${head};text-align:right">n</th>` +
        "</tr></thead>\n<tbody>\n" +
        `<tr><td style="${cell};text-align:left">khugepaged</td>` +
        `<td style="${cell};text-align:right">646,316</td></tr>\n` +
        "</tbody></table></div>",
    );
  });

  it("escapes every cell and every column name", () => {
    const payloads = ["<script>alert(1)</script>", '"><img src=x onerror=y>', "'&amp;", "a\u0000b"];
    for (const payload of payloads) {
      const html = htmlTable(tableFrom([{ [payload]: payload }]));
      const texts = html.replace(
        /<\/?(?:div|table|thead|tbody|tr|th|td)(?: style="[-:;.% a-zA-Z0-9]*")?>/g,
        "",
      );
      expect(texts).not.toMatch(/[<>"']/);
      expect(texts).not.toContain("\u0000");
    }
    expect(escapeHtml(`<a href="x" id='y'>&`)).toBe(
      "&#60;a href=&#34;x&#34; id=&#39;y&#39;&#62;&#38;",
    );
  });

  it("explains the columns the library knows", () => {
    expect(htmlTable(tableFrom([{ gup_fast_overhead_pct: 1 }]))).toContain(
      'title="mean GUP-fast time above the baseline&#39;s (percent)"',
    );
  });

  it("shows fifty rows and says of how many", () => {
    const html = htmlTable(tableFrom(Array.from({ length: 4096 }, (_, n) => ({ n }))));
    expect(html.match(/<tr>/g)).toHaveLength(51);
    expect(html).toContain("50 of 4,096 rows");
  });

  it("makes a bundle of HTML and text", () => {
    const bundle = displayBundle(tableFrom([{ n: 1 }]));
    expect(Object.keys(bundle)).toEqual(["text/html", "text/plain"]);
    expect(bundle["text/plain"]).toBe("n\n-\n1");
  });

  it("refuses an impossible number of rows", () => {
    expect(() => htmlTable(tableFrom([]), { maxRows: 0 })).toThrow("SD001: invalid maxRows: 0");
  });
});
