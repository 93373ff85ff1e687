import { expect, test } from "vitest";
import {
  isSweepCommand,
  numberOption,
  readSweepArguments,
  SWEEP_COMMANDS,
} from "../../../kernel/cli/sweep/arguments.ts";
import { sweepHelp } from "../../../kernel/cli/sweep/help.ts";

test("commands are told from others by their first word", () => {
  expect([["sweep"], ["cell", "--key"], ["worker"]].map(isSweepCommand)).toEqual([
    true,
    true,
    true,
  ]);
  expect([[], ["run"], ["sweeps"], ["--help"]].map(isSweepCommand)).toEqual([
    ...[false, false, false, false],
  ]);
});

test("arguments are read, and what is wrong with them is said", () => {
  const args = "sweep run a.mjs --store d --workers 4 --sbatch=--time=1 --sbatch=-x --retry-failed";
  const read = readSweepArguments(args.split(" "));
  expect(read).toMatchObject({ command: "sweep run", operand: "a.mjs", help: false });
  expect(read.options).toMatchObject({ store: "d", sbatch: ["--time=1", "-x"] });
  expect([numberOption(read, "workers"), numberOption(read, "tasks")]).toEqual([4, undefined]);
  const refused = (text: string) => expect(() => readSweepArguments(text.split(" ")));
  refused("sweep").toThrow(/^SD003: missing sweep command \(expected run, status, resume/);
  refused("sweep rum").toThrow(/^SD002: unknown sweep command: "rum" .*did you mean "run"/);
  refused("sweep run --stor d").toThrow(
    /^SD002: unknown option: "--stor" .*did you mean "--store"/,
  );
  refused("sweep run a b").toThrow(/^SD001: invalid argument: "b"/);
  const many = readSweepArguments(["cell", "--workers", "many"]);
  expect(() => numberOption(many, "workers")).toThrow(/^SD001: invalid --workers: "many"/);
});

test("help fits a terminal and names every command", () => {
  for (const topic of ["sweep", "cell", "worker"]) {
    const lines = sweepHelp(topic).split("\n");
    expect(lines.filter((line) => line.length > 84)).toEqual([]);
  }
  const all = ["sweep", "cell", "worker"].map(sweepHelp).join("\n");
  for (const command of SWEEP_COMMANDS) expect(all).toContain(`shootdown ${command}`);
});
