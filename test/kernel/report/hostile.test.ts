/** Hostile text in every renderer: it comes out as text, judged by a real HTML parser. */
import { type DefaultTreeAdapterTypes, parse, parseFragment } from "parse5";
import { describe, expect, it } from "vitest";
import { thrownError } from "../../../kernel/exec/errors.ts";
import { inspectionBundle } from "../../../kernel/lang/inspection.ts";
import { renderMarkdown } from "../../../kernel/report/markdown.ts";
import { parseNotebook } from "../../../kernel/report/parse.ts";
import { renderHtml } from "../../../kernel/report/renderHtml.ts";
import * as sd from "../../../lib/index.ts";
import { markdownTable } from "../../../lib/tables/markdown.ts";
import { visible } from "../../../lib/tables/visible.ts";
import { fakeKernel, noScreens } from "../../display/fakeHost.ts";

type Node = DefaultTreeAdapterTypes.Node;

const payloads = [
  "<script>alert(1)</script>",
  "<ScRiPt src=//x.y/z.js></sCrIpT >",
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  "</pre></code></td></table><iframe srcdoc='<script>alert(1)</script>'>",
  "</title></style></textarea><script>alert(1)</script>",
  "</script><script>alert(1)</script>",
  "<!--><script>alert(1)</script>-->",
  "<![CDATA[<script>alert(1)</script>]]>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "<a href='java\tscript:alert(1)'>a</a>",
  "[a](javascript:alert(1))",
  "![a](javascript:alert(1))",
  "[a](<javascript:alert(1)>)",
  "[a]: javascript:alert(1)\n[a]",
  "<javascript:alert(1)>",
  "`<img src=x onerror=alert(1)>`",
  "```\n</code></pre><script>alert(1)</script>\n```",
  "\n\n<script>alert(1)</script>\n\n",
  "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;script&#62;",
  "<details open ontoggle=alert(1)>",
  "<base href=//x.y><link rel=stylesheet href=//x.y><meta http-equiv=refresh content=0>",
  "<style>*{background:url(//x.y)}</style>",
  "\u0000<scr\u0000ipt>alert(1)</script>",
  "\u001b]8;;http://x.y\u0007link\u001b]8;;\u0007\u001b[2J",
  "\u202eabc\u202c\u200b\ufeff",
  "=cmd|'/C calc'!A0",
  "+1+1",
  "@SUM(A1)",
  "-2+3",
  "\t=1",
  `{{constructor.constructor("alert(1)")()}}`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that must stay text
  "${alert(1)}",
  "__proto__x",
];

const forbidden = new Set(
  (
    "script iframe object embed link base form input button svg math style template frame applet " +
    "audio video noscript"
  ).split(" "),
);

/** Everything in a tree that runs, loads or leads anywhere. */
function dangersIn(node: Node, allowed: readonly string[] = []): string[] {
  const own: string[] = [];
  if ("attrs" in node) {
    if (forbidden.has(node.tagName) && !allowed.includes(node.tagName)) own.push(node.tagName);
    for (const { name, value } of node.attrs) {
      const target = asLink(value).toLowerCase();
      if (/^on/.test(name) || ["srcdoc", "action", "formaction", "http-equiv"].includes(name)) {
        if (!(node.tagName === "meta" && value === "Content-Security-Policy")) own.push(name);
      }
      const isSource = ["src", "href", "xlink:href", "background", "poster"].includes(name);
      if (isSource && !/^(data:image\/|https?:|#)/.test(target)) own.push(`${name}=${value}`);
      if (name === "src" && !target.startsWith("data:image/")) own.push(`${name}=${value}`);
      if (name === "style" && /url\(|expression/i.test(value)) own.push(value);
    }
  }
  const children = "childNodes" in node ? node.childNodes : [];
  return [...own, ...children.flatMap((child) => dangersIn(child, allowed))];
}

/** The text of all elements of a kind. */
function textsOf(node: Node, tag: string): string[] {
  const here = "tagName" in node && node.tagName === tag ? [textOf(node)] : [];
  const children = "childNodes" in node ? node.childNodes : [];
  return [...here, ...children.flatMap((child) => textsOf(child, tag))];
}

function textOf(node: Node): string {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterTypes.TextNode).value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

/** Browsers skip blanks and control characters in links. */
function asLink(value: string): string {
  return Array.from(value, (character) => (character <= " " ? "" : character)).join("");
}

/** Control characters of a terminal, and characters that hide or reorder text. */
const hidden = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f" +
    "\\u202a-\\u202e\\u2060-\\u206f\\ufeff]",
);

const versions = { packageVersion: "0.1.0", nodeVersion: "20.20.2" };

/** A page with the text at every place where a notebook can hold one. */
function page(text: string): string {
  const outputs = [
    { output_type: "stream", name: "stdout", text },
    { output_type: "error", ename: text, evalue: text, traceback: [text, `at ${text}`] },
    { output_type: "display_data", data: { "text/plain": text }, metadata: {} },
    { output_type: "display_data", data: { "text/html": text }, metadata: {} },
    { output_type: "display_data", data: { "text/markdown": text }, metadata: {} },
    { output_type: "display_data", data: { "application/json": { [text]: text } }, metadata: {} },
    { output_type: "display_data", data: { [text]: text }, metadata: { [text]: text } },
    {
      output_type: "display_data",
      data: { "image/png": "AAAA", "text/plain": text },
      metadata: { "image/png": { width: text, height: text } },
    },
    { output_type: "display_data", data: { "image/svg+xml": text }, metadata: {} },
    { output_type: "display_data", data: { "image/png": text }, metadata: {} },
  ];
  const cell = { metadata: { tags: [text], name: text }, source: text };
  const attachments = { [text]: { "image/png": text } };
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { title: text, [text]: text },
    cells: [
      { cell_type: "markdown", id: "a", ...cell, source: `# ${text}`, attachments },
      { cell_type: "markdown", id: "b", ...cell },
      { cell_type: "markdown", id: "c", ...cell, source: `![${text}](attachment:${text})` },
      { cell_type: "raw", id: "d", ...cell },
      { cell_type: "code", id: "e", ...cell, execution_count: 1, outputs },
    ],
  };
  return renderHtml(parseNotebook(JSON.stringify(notebook), "n"), { title: text, ...versions });
}

describe.each(payloads)("%j", (payload) => {
  const rows = [{ [payload]: payload, plain: 1 }];

  it("is text in a report, and in the error of a cell", () => {
    const report = parse(page(payload));
    expect(dangersIn(report, ["style"])).toEqual([]);
    expect(textsOf(report, "style")).toHaveLength(1);
    const error = thrownError(new Error(payload), () => payload);
    const traceback = parse(page(error.traceback.join("\n")));
    expect(dangersIn(traceback, ["style"])).toEqual([]);
  });

  it("is text in Markdown, ours and that of other readers", () => {
    expect(dangersIn(parseFragment(renderMarkdown(payload)))).toEqual([]);
    const table = markdownTable([payload], [[payload]]);
    expect(table.split("\n")).toHaveLength(3);
    expect(dangersIn(parseFragment(renderMarkdown(table)))).toEqual([]);
    expect(dangersIn(parseFragment(table.replace(/`[^`]*`/g, "")))).toEqual([]);
    const inspected = inspectionBundle({ displayParts: [{ text: payload }] });
    const markdown = renderMarkdown(inspected?.["text/markdown"] ?? "");
    expect(dangersIn(parseFragment(markdown))).toEqual([]);
  });

  it("is text in a table, as column and as cell, in all of its forms", () => {
    const table = sd.table(rows);
    const html = parseFragment(sd.htmlTable(table));
    expect(dangersIn(html)).toEqual([]);
    expect(textsOf(html, "th")[0]).toBe(visible(payload, false));
    expect(textsOf(html, "td")[0]).toBe(visible(payload, false));
    expect(sd.text(table)).not.toMatch(hidden);
  });

  it("is no formula in CSV, and comes back whole", () => {
    for (const line of fields(sd.csv(sd.table(rows)))) {
      expect(line[0]).not.toMatch(/^[=+\-@\t\r]/);
      expect([payload, `'${payload}`]).toContain(line[0]);
    }
  });

  it("is text in a progress bar", () => {
    const shown = fakeKernel();
    for (const _ of sd.progress([1], { label: payload }));
    noScreens();
    for (const { data } of shown) {
      expect(dangersIn(parseFragment(String(data["text/html"] ?? "")))).toEqual([]);
      expect(String(data["text/plain"])).not.toMatch(hidden);
    }
  });
});

/** The fields of RFC 4180 text. */
function fields(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare ?? "");
    if (end === "\n") lines.push([]);
  }
  return lines.slice(0, -1);
}

it("is text in the titles, axes and legends of a chart", async () => {
  const table = sd.table(
    payloads.flatMap((name, i) => [
      { name: `${i} ${name}`, series: payloads[i % 8]!, amount: i + 1 },
      { name: `${i} ${name}`, series: payloads[(i + 1) % 8]!, amount: i + 2 },
    ]),
  );
  for (const title of payloads.slice(0, 8)) {
    const chart = sd.chart.bars(table, { x: "name", y: "amount", color: "series", title });
    const svg = parseFragment(await chart.toSvg());
    expect(dangersIn(svg, ["svg"])).toEqual([]);
    expect(textOf(svg)).toContain("alert(1)");
  }
}, 60_000);

it("the judge sees what it has to see", () => {
  const planted =
    "<script></script><p onclick=x><a href=javascript:x></a><img src=//x.y><b style='a:url(x)'>";
  expect(dangersIn(parseFragment(planted))).toEqual([
    ...["script", "onclick", "href=javascript:x"],
    ...["src=//x.y", "src=//x.y", "a:url(x)"],
  ]);
});
