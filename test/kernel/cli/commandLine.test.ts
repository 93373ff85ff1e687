import { describe, expect, it } from "vitest";
import { readCommandLine } from "../../../kernel/cli/commandLine.ts";
import { helpText } from "../../../kernel/cli/help.ts";

const quietly = { json: false, quiet: false };

describe("a command line", () => {
  it("runs a notebook with parameters", () => {
    const args = ["run", "a.ipynb", "--param", "cpus=4", "--param=mode=a=b", "--out", "b.ipynb"];
    expect(readCommandLine([...args, "--json"])).toEqual({
      command: "run",
      notebook: "a.ipynb",
      out: "b.ipynb",
      html: undefined,
      parameters: { cpus: "4", mode: "a=b" },
      json: true,
      quiet: false,
    });
  });

  it("renders and checks", () => {
    const render = { command: "render", notebook: "a.ipynb", ...quietly };
    const read = (...args: string[]): object => readCommandLine(["render", "a.ipynb", ...args]);
    expect(read("--html", "b.html")).toEqual({ ...render, html: "b.html" });
    expect(read("--to", "html")).toEqual({ ...render, html: "a.html" });
    expect(read("--to=md")).toEqual({ ...render, md: "a.md" });
    expect(read("--to=md", "--md", "c.md", "--html", "d")).toEqual({
      ...render,
      md: "c.md",
      html: "d",
    });
    const check = { command: "check", notebook: "a.ipynb", json: false, quiet: true };
    expect(readCommandLine(["check", "--quiet", "a.ipynb"])).toEqual(check);
  });

  it("asks for help and version", () => {
    for (const args of [["--help"], ["-h"], ["help"]]) {
      expect(readCommandLine(args)).toEqual({ command: "help", topic: undefined });
    }
    expect(readCommandLine(["run", "--help"])).toEqual({ command: "help", topic: "run" });
    expect(readCommandLine(["help", "check"])).toEqual({ command: "help", topic: "check" });
    expect(readCommandLine(["--version"])).toEqual({ command: "version" });
  });

  it.each([
    [[], "SD003: missing command (expected one of run, render, check, kernel, install, "],
    [["rum"], 'SD002: unknown command: "rum" (expected run, render, check, kernel, install, '],
    [["rum"], 'worker; did you mean "run"?)'],
    [["pear"], 'did you mean "pair"?)'],
    [["run"], "SD003: missing notebook (expected the path of an .ipynb file)"],
    [["run", "a", "b"], 'SD001: invalid argument: "b" (expected one notebook)'],
    [["run", "a", "--htlm", "x"], 'unknown option: "--htlm" (expected'],
    [["run", "a", "--htlm", "x"], 'did you mean "--html"?)'],
    [["run", "a", "--out"], 'SD001: invalid option: "--out" (expected'],
    [["run", "a", "--param", "4"], 'SD001: invalid --param: "4" (expected name=value)'],
    [["render", "a"], "SD003: missing --to (expected html or md; or --html FILE, --md FILE)"],
    [["render", "a", "--to", "pdf"], 'SD001: invalid --to: "pdf" (expected html or md)'],
    [["check", "a", "--out", "b"], 'unknown option: "--out"'],
    [["kernel"], "SD003: missing --connection-file (expected the file in which"],
    [["kernel", "-f", "a", "b"], 'SD001: invalid argument: "b" (expected no argument)'],
  ])("%j is refused", (args, message) => {
    expect(() => readCommandLine(args)).toThrow(message);
  });
});

it("help fits a terminal and has an example for each command", () => {
  for (const topic of [undefined, "run", "render", "check", "kernel"] as const) {
    const text = helpText(topic);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain(`shootdown ${topic ?? "run"} notebooks`.replace(/ notebooks$/, " "));
  }
});
