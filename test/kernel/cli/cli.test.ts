import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { testFolder, writeNotebook } from "../notebooks.ts";
import { buildCommand, shootdown as runCommand } from "./command.ts";

const folder = testFolder("cli");
const executed = path.join(folder, "executed.ipynb");
const page = path.join(folder, "page.html");

beforeAll(buildCommand);

const shootdown = (...args: string[]): ReturnType<typeof runCommand> => runCommand(args);

describe("the command", () => {
  const file = writeNotebook(folder, "small", [
    { code: "let cpus: number = 4;", tags: ["parameters"] },
    'console.log("on", cpus, "CPUs"); cpus * 2',
  ]);

  it("runs a notebook with other parameters, writes both files and says so in JSON", () => {
    const files = ["--out", executed, "--html", page];
    const { code, out, err } = shootdown("run", file, "--param", "cpus=64", ...files, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      notebook: file,
      ok: true,
      completed: 3,
      out: executed,
      html: page,
    });
    expect(err).toMatch(/^\[1\/3\] ok .*let cpus: number = 4;\n\[2\/3\] ok .*= 64;\n\[3\/3\] ok /);
    expect(fs.readFileSync(page, "utf8")).toContain('<pre class="text">128</pre>');
  });

  it("checks what it has written, and finds what was changed since", () => {
    const changed = path.join(folder, "changed.ipynb");
    fs.writeFileSync(
      changed,
      fs.readFileSync(executed, "utf8").replace("on 64 CPUs", "on 65 CPUs"),
    );
    expect(shootdown("check", changed, "--quiet")).toEqual({
      code: 1,
      out: "cell 3 (id cell-2), output 1:\n  stored: on 65 CPUs\n  found:  on 64 CPUs\n",
      err: "",
    });
  });

  it("renders the same page without running anything", () => {
    const again = path.join(folder, "again.html");
    expect(shootdown("render", executed, "--html", again)).toEqual({ code: 0, out: "", err: "" });
    const [left, right] = [page, again].map((html) => fs.readFileSync(html, "utf8"));
    const withoutTitle = (html = ""): string => html.replace(/<title>.*<\/title>/, "");
    expect(withoutTitle(right)).toBe(withoutTitle(left));
  });

  it("says what is wrong with its arguments", () => {
    expect(shootdown("rum")).toEqual({
      code: 2,
      out: "",
      err: expect.stringMatching(/^shootdown: SD002: unknown command: "rum" .*mean "run"\?\)\n$/),
    });
  });

  it("says which file it cannot read", () => {
    expect(shootdown("render", "none.ipynb", "--html", page)).toMatchObject({
      code: 3,
      err: expect.stringContaining('SD011: notebook refused: "none.ipynb"'),
    });
  });
});
