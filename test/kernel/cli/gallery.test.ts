import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { galleryCommand } from "../../../kernel/cli/gallery/main.ts";
import { testFolder, writeNotebook } from "../notebooks.ts";
import { buildCommand, shootdown } from "./command.ts";

const folder = testFolder("cli-gallery");
const notebooks = path.join(folder, "notebooks");
const out = path.join(folder, "reports");
const read = (name: string): string => fs.readFileSync(path.join(out, name), "utf8");

beforeAll(() => {
  buildCommand();
  fs.mkdirSync(notebooks);
  for (const name of ["a", "b"]) {
    const finding = { code: `console.log("${name} is " + 2 * 3)`, tags: ["finding"] };
    const file = writeNotebook(notebooks, name, ["1 + 1", finding]);
    expect(shootdown(["run", file, "--out", file, "--quiet"]).code).toBe(0);
  }
});

describe("shootdown gallery", () => {
  it("makes a report of each notebook and a front page", () => {
    const { code, out: said, err } = shootdown(["gallery", notebooks, "--out", out]);
    expect({ code, said }).toEqual({ code: 0, said: `${path.join(out, "index.html")}\n` });
    expect(err).toMatch(/^\[1\/2\] stored .*\n\[2\/2\] stored .*\n$/);
    expect(fs.readdirSync(out).sort()).toEqual(["a.html", "b.html", "index.html"]);
    expect(read("index.html")).toContain('<p class="said">a is 6</p>');
    expect(read("a.html")).toContain(
      '<section class="finding" id="cell-cell-2">\n<details><summary>',
    );
  });

  it("executes them when asked, and says which does not say again what it said", () => {
    const file = path.join(notebooks, "b.ipynb");
    const stored = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, stored.replace("b is 6", "b is 7"));
    const args = ["gallery", notebooks, "--out", out, "--check", "--json", "--quiet"];
    const { code, out: said } = shootdown(args);
    expect(code).toBe(1);
    const { ok, reports } = JSON.parse(said);
    expect(ok).toBe(false);
    expect(reports.map((one: { state: string }) => one.state)).toEqual(["reproduces", "differs"]);
    expect(read("index.html")).toContain("b is 6");
    expect(shootdown([...args.slice(0, 5), "--quiet"]).out).toContain("stored: b is 7");
    fs.writeFileSync(file, stored);
    expect(shootdown([...args, "--jobs", "1"]).code).toBe(0);
  });

  it("says what is wrong before anything is done", () => {
    const wrong = [
      ["gallery", notebooks],
      ["gallery", "--out", out],
      ["gallery", notebooks, "--out", out, "--jobs", "0"],
      ["gallery", notebooks, path.join(notebooks, "a.ipynb"), "--out", out],
    ];
    for (const args of wrong) expect(shootdown(args)).toMatchObject({ code: 2, out: "" });
    expect(shootdown(["gallery", path.join(folder, "none"), "--out", out]).code).toBe(3);
    expect(shootdown(["gallery", out, "--out", out]).code).toBe(3);
  });

  it("has help with an example and every option", () => {
    const { help, options } = galleryCommand;
    expect(help.split("\n").filter((line) => line.length > 82)).toEqual([]);
    expect(help).toContain("\n  shootdown gallery");
    for (const option of Object.keys(options)) expect(help).toContain(`\n  --${option}`);
    expect(shootdown(["help", "gallery"]).out).toBe(help);
  });
});
