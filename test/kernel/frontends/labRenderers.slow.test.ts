/** JupyterLab's own renderers, from the npm registry, with the bundle that a chart gives. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { displayed } from "../../../lib/display/bundle.ts";
import * as sd from "../../../lib/index.ts";
import { root } from "../build.ts";
import { testFolder } from "../notebooks.ts";
import { lacksBrowser, Page } from "./browser.ts";

/** Exact versions: other ones are another test. */
const packages = [
  "@jupyterlab/rendermime@4.6.6",
  "@jupyterlab/vega5-extension@4.6.4",
  "esbuild@0.28.2",
];
const folder = testFolder("lab");
const picture = path.join(root, "out/screens/lab-renderers.png");
let page: Page | undefined;

afterAll(() => page?.close());

it.skipIf(lacksBrowser())(
  "a chart is interactive in JupyterLab, also untrusted",
  async ({ skip }) => {
    const lacks = !installed();
    if (lacks) console.info(`skipped: npm cannot install ${packages.join(", ")}`);
    skip(lacks, "no packages");
    const rows = sd.table([
      { irq: "TLB", count: 646_316 },
      { irq: "CAL", count: 785 },
    ]);
    const chart = sd.chart.bars(rows, { x: "irq", y: "count" });
    fs.writeFileSync(path.join(folder, "bundle.json"), JSON.stringify(await displayed(chart)));
    bundlePage();
    page = new Page(path.join(folder, "browser"));
    await page.open(pathToFileURL(path.join(folder, "page.html")).href);
    await page.until("window.shown");
    expect(await page.evaluate("shown")).toEqual({ type: "application/vnd.vegalite.v5+json" });
    await page.until("document.querySelector('canvas')?.width > 0");
    // A picture would not answer the mouse.
    await page.evaluate(`(() => {
    const canvas = document.querySelector("canvas");
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const place = { bubbles: true, clientX: left + 0.35 * width, clientY: top + 0.6 * height };
    for (const type of ["mousemove", "pointermove"]) {
      canvas.dispatchEvent(new MouseEvent(type, place));
    }
  })()`);
    await page.until("document.querySelector('#vg-tooltip-element')?.innerText.includes('TLB')");
    fs.mkdirSync(path.dirname(picture), { recursive: true });
    fs.writeFileSync(picture, await page.picture());
    console.info(`screenshot: ${picture}`);
  },
  600_000,
);

function installed(): boolean {
  fs.writeFileSync(path.join(folder, "package.json"), '{ "private": true }');
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  const args = ["install", ...options, ...packages];
  return spawnSync("npm", args, { cwd: folder, timeout: 300_000 }).status === 0;
}

/** One script with everything in it; styles and fonts are left out. */
function bundlePage(): void {
  fs.copyFileSync(path.join(import.meta.dirname, "labEntry.js"), path.join(folder, "entry.js"));
  const empty = ["css", "woff", "woff2", "ttf", "eot"].map((type) => `--loader:.${type}=empty`);
  const args = ["entry.js", "--bundle", "--outfile=bundle.js", "--loader:.svg=text", ...empty];
  const defines = ["--define:process.env={}", "--define:global=window", "--log-level=error"];
  const esbuild = path.join(folder, "node_modules/.bin/esbuild");
  const { stderr, status } = spawnSync(esbuild, [...args, ...defines], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const html = '<!doctype html><meta charset="utf-8"><body><script src="bundle.js"></script>';
  fs.writeFileSync(path.join(folder, "page.html"), html);
}
