import { describe, expect, it } from "vitest";
import { type GalleryEntry, renderGallery } from "../../../kernel/report/renderGallery.ts";

const versions = { packageVersion: "0.1.0", nodeVersion: "20.20.2" };
const picture = { uri: "data:image/png;base64,aaaa", words: "A chart" };
const entry: GalleryEntry = {
  name: "01-a",
  abstract: { title: "What?", finding: "This.", picture },
  digest: "0123456789abcdef".repeat(4),
  state: "reproduces",
};

describe("the front page of reports", () => {
  it("leads to each report by title and picture, with what it has found", () => {
    const html = renderGallery([entry, { ...entry, name: "b c" }], versions);
    expect(html).toContain('<a href="01-a.html"><img alt="A chart" src="data:image/png;base64,');
    expect(html).toContain('<h2><a href="01-a.html">What?</a></h2>\n<p class="said">This.</p>');
    expect(html).toContain("every output is the same</span> · sha256 0123456789abcdef</p>");
    expect(html).toContain('href="b%20c.html"');
    expect(html).toContain("Node 20.20.2 · 2 reports");
  });

  it("loads nothing and runs nothing", () => {
    const html = renderGallery([entry], versions);
    expect(html).toContain(`content="default-src 'none'; img-src data:;`);
    expect(html).not.toMatch(/<script|<link|src="(?!data:)|url\(/);
  });

  it("takes nothing of a notebook for markup", () => {
    const nasty = '"><script>alert(1)</script>';
    const abstract = { title: nasty, finding: nasty, picture: { ...picture, words: nasty } };
    const html = renderGallery([{ ...entry, name: nasty, abstract }], versions);
    expect(html).not.toContain("<script");
    expect(html).not.toContain('""');
  });

  it("does without what a notebook does not have", () => {
    const abstract = { title: undefined, finding: undefined, picture: undefined };
    const html = renderGallery([{ ...entry, abstract, state: "differs" }], versions);
    expect(html).toContain('<h2><a href="01-a.html">01-a</a></h2>');
    expect(html).toContain('<span class="differs">executed again: an output differs</span>');
    expect(html).not.toContain("<img");
  });
});
