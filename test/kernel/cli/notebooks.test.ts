import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { consoleCommand } from "../../../kernel/cli/console/main.ts";
import { doctorCommand } from "../../../kernel/cli/install/doctor.ts";
import { installCommand, uninstallCommand } from "../../../kernel/cli/install/main.ts";
import { pairCommand } from "../../../kernel/cli/notebooks/pair.ts";
import { normalizeCommand, stripCommand } from "../../../kernel/cli/notebooks/tidy.ts";
import { testFolder, writeNotebook } from "../notebooks.ts";
import { buildCommand, shootdown } from "./command.ts";

const folder = testFolder("cli-notebooks");
const read = (file: string): string => fs.readFileSync(file, "utf8");

beforeAll(buildCommand);

describe("shootdown pair", () => {
  const notebook = writeNotebook(folder, "paired", [
    { code: "let cpus = 4;", tags: ["parameters"] },
    "cpus * 2",
  ]);
  const text = notebook.replace(/ipynb$/, "ts");

  it("writes the text of a notebook, and the notebook of a text", () => {
    expect(shootdown(["pair", notebook])).toEqual({ code: 0, out: `wrote ${text}\n`, err: "" });
    expect(read(text)).toMatch(
      /\/\/ %% tags=\["parameters"\]\nlet cpus = 4;\n\n\/\/ %%\ncpus \* 2\n$/,
    );
    expect(shootdown(["pair", "--check", notebook])).toMatchObject({ code: 0 });
    fs.writeFileSync(text, read(text).replace("cpus * 2", "cpus * 3"));
    const differ = { code: 1, out: `${text} and ${notebook} differ\n`, err: "" };
    expect(shootdown(["pair", "--check", text])).toEqual(differ);
    expect(shootdown(["pair", text, "--json"])).toMatchObject({ code: 0 });
    const { cells } = JSON.parse(read(notebook));
    expect(cells.map((cell: { id: string }) => cell.id)).toEqual(["cell-1", "cell-2"]);
    expect(cells[1].source).toEqual(["cpus * 3"]);
    expect(shootdown(["pair", "--check", notebook])).toMatchObject({ code: 0 });
  });

  it("says what it cannot read", () => {
    expect(shootdown(["pair"])).toMatchObject({ code: 2 });
    expect(shootdown(["pair", "a.py"])).toMatchObject({ code: 2 });
    expect(shootdown(["pair", path.join(folder, "none.ts")])).toMatchObject({ code: 3 });
  });
});

describe("shootdown strip and normalize", () => {
  it("change files only where they must, or say that they would", () => {
    const file = writeNotebook(folder, "untidy", ["1"]);
    const would = { code: 1, out: `would change ${file}\n`, err: "" };
    expect(shootdown(["normalize", "--check", file])).toEqual(would);
    expect(shootdown(["normalize", file])).toMatchObject({ code: 0, out: `changed ${file}\n` });
    const normal = read(file);
    expect(shootdown(["normalize", "--check", file])).toEqual({ code: 0, out: "", err: "" });
    const counted = normal.replace('"execution_count": null', '"execution_count": 1');
    expect(counted).not.toBe(normal);
    fs.writeFileSync(file, counted);
    expect(JSON.parse(shootdown(["strip", file, "--json"]).out)).toEqual({
      ok: true,
      files: [{ notebook: file, changed: true }],
    });
    expect(read(file)).toBe(normal);
    expect(shootdown(["strip", "-"], { input: counted })).toEqual({
      code: 0,
      out: normal,
      err: "",
    });
  });

  it("say what is no notebook", () => {
    expect(shootdown(["strip", "-"], { input: "{" })).toMatchObject({ code: 3 });
    expect(shootdown(["strip"])).toMatchObject({ code: 2 });
  });
});

describe("shootdown render --to md", () => {
  it("writes Markdown with its pictures beside it", () => {
    const output = {
      output_type: "display_data",
      data: { "image/png": "iVBORw0KGgo=", "text/plain": "a chart" },
      metadata: { "image/png": { width: 8, height: 8 } },
    };
    const file = writeNotebook(folder, "drawn", ["draw()"]);
    const json = JSON.parse(read(file));
    json.cells[0].outputs = [output];
    fs.writeFileSync(file, JSON.stringify(json));
    const { code, out } = shootdown(["render", file, "--to", "md", "--json"]);
    expect(code).toBe(0);
    const md = path.join(folder, "drawn.md");
    const picture = path.join(folder, "drawn_files/cell-1-1.png");
    expect(JSON.parse(out)).toEqual({ notebook: file, ok: true, md, pictures: [picture] });
    expect(read(md)).toContain('<img alt="a chart" src="drawn_files/cell-1-1.png" width="8"');
    expect(fs.readFileSync(picture).toString("base64")).toBe("iVBORw0KGgo=");
  });
});

it("every command has help that fits a terminal, with an example and exit codes", () => {
  const commands = {
    ...{ install: installCommand, uninstall: uninstallCommand, doctor: doctorCommand },
    ...{ pair: pairCommand, strip: stripCommand, normalize: normalizeCommand },
    console: consoleCommand,
  };
  for (const [name, { help, options }] of Object.entries(commands)) {
    expect(help.split("\n").filter((line) => line.length > 82)).toEqual([]);
    expect(help).toContain(`\n  shootdown ${name}`);
    expect(help).toContain("Exit codes: 0");
    for (const option of Object.keys(options)) expect(help).toContain(`\n  --${option}`);
  }
  expect(shootdown(["help", "pair"]).out).toBe(pairCommand.help);
  expect(shootdown(["pair", "--help"]).out).toBe(pairCommand.help);
});
