/** Jupyter Notebook as its users see it: opened in a browser, with the kernel as installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../../kernel/wire/connection.ts";
import { root } from "../build.ts";
import { buildCommand, shootdown } from "../cli/command.ts";
import { testFolder, writeNotebook } from "../notebooks.ts";
import { lacksBrowser, Page } from "./browser.ts";

const folder = testFolder("notebook");
/** Kept for who wants to look at it; version control ignores the folder. */
const picture = path.join(root, "out/screens/notebook.png");

const cells = [
  'import * as sd from "shootdown";\nimport { setTimeout as pause } from "node:timers/promises";',
  'const rows = sd.table([{ irq: "TLB", count: 646_316 }, { irq: "CAL", count: 785 }]);\nrows',
  'sd.chart.bars(rows, { x: "irq", y: "count" })',
  'for (const _ of sd.progress([..."abcdefgh"], { label: "cells" })) await pause(150);',
];

let server: ChildProcess;
let page: Page;
let address: string;

describe.skipIf(lacksNotebook() || lacksBrowser())("Jupyter Notebook", () => {
  beforeAll(async () => {
    buildCommand();
    const env = { JUPYTER_DATA_DIR: path.join(folder, "data"), HOME: folder };
    expect(shootdown(["install"], { env }).code).toBe(0);
    const file = writeNotebook(folder, "shown", cells);
    const json = JSON.parse(fs.readFileSync(file, "utf8"));
    json.metadata.kernelspec = {
      name: "shootdown",
      display_name: "Shootdown",
      language: "typescript",
    };
    fs.writeFileSync(file, JSON.stringify(json));
    const [port] = await freePorts("127.0.0.1", 1);
    address = `http://127.0.0.1:${port}`;
    const args = ["-m", "notebook", "--no-browser", "--ip=127.0.0.1", `--port=${port}`];
    const open = ["--NotebookApp.token=", "--NotebookApp.password=", "--allow-root"];
    server = spawn("/usr/bin/python3", [...args, ...open, `--notebook-dir=${folder}`], {
      cwd: folder,
      stdio: "ignore",
      env: { ...process.env, ...env, JUPYTER_RUNTIME_DIR: path.join(folder, "runtime") },
    });
    page = new Page(path.join(folder, "browser"));
    await answering(`${address}/api`);
  }, 120_000);

  afterAll(async () => {
    await page?.close();
    server?.kill("SIGTERM");
  });

  it("runs cells and shows a table, a chart and a progress bar that moves", {
    timeout: 170_000,
  }, async () => {
    await page.open(`${address}/notebooks/shown.ipynb`);
    await page.until("window.Jupyter?.notebook?._fully_loaded");
    await page.until("Jupyter.notebook.kernel?.is_connected() && !Jupyter.notebook.kernel_busy");
    expect(await page.evaluate("Jupyter.notebook.kernel.name")).toBe("shootdown");
    // The texts that the progress bar has had, one after the other.
    await page.evaluate(`(() => {
      window.bars = [];
      const look = () => {
        const text = Jupyter.notebook.get_cells()[3].element.find(".output").text().trim();
        if (text !== "" && text !== bars.at(-1)) bars.push(text);
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      Jupyter.notebook.execute_all_cells();
    })()`);
    const counts = "Jupyter.notebook.get_cells().map((cell) => cell.input_prompt_number)";
    await page.until(`${counts}.join() === "1,2,3,4"`);
    const find = (cell: number, query: string): string =>
      `Jupyter.notebook.get_cells()[${cell}].element.find(${JSON.stringify(`.output ${query}`)})`;
    await page.until(`${find(2, "img")}[0]?.naturalWidth > 0`);
    expect(await page.evaluate(`${find(1, "table td")}.text()`)).toContain("646,316");
    const image = (await page.evaluate(`(({ src, naturalWidth, width }) =>
      [src.slice(0, 22), naturalWidth / width])(${find(2, "img")}[0])`)) as [string, number];
    expect(image[0]).toBe("data:image/png;base64,");
    expect(image[1]).toBeGreaterThan(1.5);
    const bars = (await page.evaluate("bars")) as string[];
    expect(bars.at(-1)).toContain("cells: 8 of 8");
    expect(bars.length).toBeGreaterThan(2);
    fs.mkdirSync(path.dirname(picture), { recursive: true });
    await page.evaluate("document.querySelector('#site').scrollTop = 0");
    fs.writeFileSync(picture, await page.picture());
    console.info(`screenshot: ${picture}`);
  });
});

function lacksNotebook(): boolean {
  const lacks = spawnSync("/usr/bin/python3", ["-c", "import notebook.notebookapp"]).status !== 0;
  if (lacks) console.info("skipped: /usr/bin/python3 has no notebook (Debian: jupyter-notebook)");
  return lacks;
}

/** Waits until a server answers. */
async function answering(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    if (attempt === 300) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
