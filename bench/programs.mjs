/** The programs that are measured: how each is built and run, and which of them are missing here. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const built = join(folder, "../dist/bench");
/** The system's own Python: that of a virtual environment lacks the system's packages. */
const python = "/usr/bin/python3";

/** Runs a program that prints one line of JSON last, and returns what the line says. */
export function run(program, ...args) {
  const [command, ...first] = commands[program];
  const { status, stdout, stderr, error } = spawnSync(command, [...first, ...args.map(String)], {
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout.trim().split("\n").at(-1));
  throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`);
}

const commands = {
  wheel: [process.execPath, join(folder, "model/queue.mjs"), "wheel"],
  objectHeap: [process.execPath, join(folder, "model/queue.mjs"), "heap"],
  cppWheel: [join(built, "walkers"), "wheel"],
  cppHeap: [join(built, "walkers"), "heap"],
  systemC: [join(built, "walkers.systemc")],
  simPy: [python, join(folder, "model/walkers.py")],
  engine: [process.execPath, join(folder, "engine/engine.mjs")],
  collapse: [process.execPath, join(folder, "engine/collapse.mjs")],
  explorer: [process.execPath, join(folder, "explorer/explorer.mjs")],
  strings: [process.execPath, join(folder, "explorer/strings.mjs")],
  spin: [process.execPath, join(folder, "explorer/spin.mjs")],
  sweep: [process.execPath, join(folder, "sweep/sweep.mjs")],
  parse: [process.execPath, join(folder, "observed/parse.mjs")],
  beside: [process.execPath, join(folder, "observed/beside.mjs")],
  stream: [process.execPath, "--max-old-space-size=256", join(folder, "observed/stream.mjs")],
  scan: [join(built, "scan")],
  ...Object.fromEntries(
    ["shootdown", "tslab", "ipykernel", "deno"].map((kernel) => [
      kernel,
      [process.execPath, join(folder, "kernel/session.mjs"), kernel],
    ]),
  ),
};

/** Builds the peers; returns program → why it cannot run here, for those that cannot. */
export function preparePeers() {
  const hasCompiler = succeeds("g++", ["--version"]);
  const noCompiler = "g++ is not installed";
  const reasons = {};
  if (!hasCompiler || !compile("walkers", [])) {
    reasons.cppWheel = hasCompiler ? "walkers.cpp does not compile" : noCompiler;
    reasons.cppHeap = reasons.cppWheel;
  }
  if (!hasCompiler || !compile("walkers.systemc", ["-lsystemc"])) {
    reasons.systemC = hasCompiler ? "SystemC is missing (Debian: libsystemc-dev)" : noCompiler;
  }
  if (!succeeds(python, ["-c", "import SimPy.Simulation"])) {
    reasons.simPy = "SimPy is missing (Debian: python3-simpy)";
  }
  if (!succeeds("spin", ["-V"])) reasons.spin = "SPIN is missing (Debian: spin)";
  else if (!succeeds("gcc", ["--version"])) reasons.spin = "gcc is not installed";
  const scanner = join(built, "scan");
  const options = ["-O2", "-o", scanner, join(folder, "observed/scan.c")];
  if (!succeeds("gcc", options)) reasons.scan = "gcc is not installed, or scan.c does not compile";
  if (!succeeds(python, ["-c", "import ipykernel"])) {
    reasons.ipykernel = "ipykernel is missing (Debian: python3-ipykernel)";
  }
  if (!succeeds(process.env.DENO ?? "deno", ["--version"])) {
    reasons.deno = "deno is missing (npm package deno; DENO names the program)";
  }
  return reasons;
}

function compile(name, libraries) {
  const output = join(built, name);
  mkdirSync(dirname(output), { recursive: true });
  const sourceFile = join(folder, `model/${name}.cpp`);
  return succeeds("g++", ["-O2", "-std=c++17", "-o", output, sourceFile, ...libraries]);
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
