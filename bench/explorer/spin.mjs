/**
 * SPIN on the same question, without reductions: `node spin.mjs MODEL WALKERS` prints what
 * explorer.mjs does; CPU time is that of the verifier alone, without generating and compiling it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toPromela } from "../../dist/lib/explorer/promela/promela.js";
import { trackers } from "./trackers.mjs";

const [model, walkers] = process.argv.slice(2);
const cwd = mkdtempSync(join(tmpdir(), "shootdown-spin-"));
try {
  writeFileSync(join(cwd, "model.pml"), toPromela(trackers(model, Number(walkers))));
  run("spin", "-o1", "-o2", "-o3", "-a", "model.pml");
  run("gcc", "-O2", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c");
  const { stdout, stderr } = run("bash", "-c", "TIMEFORMAT='%U %S'; time ./pan -m10000000 -w24 -n");
  const [user, system] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  const states = Number(/(\d+) states, stored/.exec(stdout)[1]);
  const transitions = Number(/(\d+) transitions/.exec(stdout)[1]) - 1;
  console.log(JSON.stringify({ ns: 1e9 * (user + system), states, transitions }));
} finally {
  rmSync(cwd, { recursive: true });
}

function run(command, ...args) {
  const result = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${command}: ${result.stderr}${result.stdout}`);
  return result;
}
