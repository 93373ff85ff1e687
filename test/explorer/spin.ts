/** Runs SPIN on a Promela model, where it is installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { toPromela } from "../../lib/explorer/promela/promela.ts";
import type { PromelaQuestion } from "./promelaQuestions.ts";

/** What an exhaustive search of SPIN without reductions reports. */
interface SpinResult {
  readonly states: number;
  readonly transitions: number;
  readonly errors: number;
}

/** Why SPIN cannot run here; undefined where it can. */
function whyNoSpin(): string | undefined {
  const isHere = (command: string, argument: string): boolean =>
    spawnSync(command, [argument], { stdio: "ignore" }).status === 0;
  if (!isHere("spin", "-V")) return "spin is not installed (Debian: spin)";
  return isHere("gcc", "--version") ? undefined : "gcc is not installed";
}

/** Generates, compiles and runs the verifier of a model. Throws what a command says. */
function spin(model: string): SpinResult {
  const folder = mkdtempSync(join(tmpdir(), "shootdown-spin-"));
  const run = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`${command}: ${stderr}${stdout}`);
    return stdout;
  };
  try {
    writeFileSync(join(folder, "model.pml"), model);
    run("spin", "-o1", "-o2", "-o3", "-a", "model.pml");
    run("gcc", "-O1", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c");
    const report = run("./pan", "-m1000000", "-n");
    const number = (pattern: RegExp): number => Number(pattern.exec(report)?.[1]);
    return {
      states: number(/(\d+) states, stored/),
      transitions: number(/(\d+) transitions/) - 1, // it counts the way into the first state
      errors: number(/errors: (\d+)/),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** SPIN comes to the same verdict with the same counts; skipped where there is none. */
export function expectSpinToAgree(
  { spec, outcome, states, transitions }: PromelaQuestion,
  skip: (condition: boolean, note?: string) => void,
): void {
  const reason = whyNoSpin();
  if (reason !== undefined) console.info(`skipped: ${reason}`);
  skip(reason !== undefined, reason);
  const found = spin(toPromela(spec));
  expect(found.errors).toBe(outcome === "holds" ? 0 : 1);
  if (states === undefined) return;
  expect([found.states, found.transitions]).toEqual([states, transitions]);
}
