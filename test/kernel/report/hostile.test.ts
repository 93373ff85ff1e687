/** Hostile text in every renderer: it comes out as text, judged by a real HTML parser. */
import { parse, parseFragment } from "parse5";
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
import { dangersIn, hidden, payloads, textOf, textsOf } from "./dangers.ts";

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
