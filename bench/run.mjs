/**
 * Speed, as ratios against peers and limits, measured in one interleaved run: every round runs each
 * measurement once, in a process of its own, by CPU time; medians are compared. `npm run bench`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, setup } from "../scripts/tasks.mjs";
import { spanNs } from "./model/parameters.mjs";

const HELP = `usage: npm run bench -- [--rounds N] [--only NAME] [--quick] [--json]

  --rounds N    measurements of each kind (default 5)
  --only NAME   only bars whose name contains NAME
  --quick       one round
  --json        plain data instead of a table
Exit status: 0 all bars hold, 1 a bar is missed.
`;
const here = import.meta.dirname;
const SIZES = [8, 64, 512, 4096];
const EVENTS = 2_000_000;
/** SimPy takes microseconds an event. */
const SIMPY_EVENTS = 60_000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function runJson(command, args) {
  const env = { ...process.env, SYSTEMC_DISABLE_COPYRIGHT_MESSAGE: "1" };
  const text = execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26, env });
  return JSON.parse(text.trim().split("\n").at(-1));
}

function node(script, ...args) {
  return () => runJson(process.execPath, [join(here, script), ...args.map(String)]);
}

/** Compiles a peer; returns its path, or the reason why it is missing. */
function compile(source, flags) {
  const folder = mkdtempSync(join(tmpdir(), "shootdown-bench-"));
  const out = join(folder, "peer");
  const done = spawnSync("g++", ["-O2", "-o", out, join(here, source), ...flags], {
    encoding: "utf8",
  });
  if (done.error !== undefined) return { missing: "no g++" };
  if (done.status !== 0) return { missing: done.stderr.split("\n")[0] };
  return { path: out };
}

function simpy() {
  const python = "/usr/bin/python3";
  if (!existsSync(python)) return { missing: "no /usr/bin/python3" };
  const done = spawnSync(python, ["-c", "import SimPy.Simulation"], { encoding: "utf8" });
  if (done.status === 0) return { path: python };
  const modern = spawnSync(python, ["-c", "import simpy"], { encoding: "utf8" });
  return modern.status === 0 ? { path: python } : { missing: "no python3-simpy" };
}

/** All measurements by name: a function that runs one and returns its figures. */
function measurements(peers) {
  const all = new Map();
  for (const cpus of SIZES) {
    const until = spanNs(cpus, EVENTS);
    all.set(`wheel ${cpus}`, node("model/queue.mjs", "wheel", cpus, until));
    all.set(`heap ${cpus}`, node("model/queue.mjs", "heap", cpus, until));
    if (peers.cpp.path !== undefined) {
      all.set(`cpp ${cpus}`, () => runJson(peers.cpp.path, ["wheel", String(cpus), String(until)]));
      all.set(`cpp-pq ${cpus}`, () =>
        runJson(peers.cpp.path, ["heap", String(cpus), String(until)]),
      );
    }
    if (peers.systemc.path !== undefined) {
      all.set(`systemc ${cpus}`, () => runJson(peers.systemc.path, [String(cpus), String(until)]));
    }
    if (peers.simpy.path !== undefined) {
      const short = String(spanNs(cpus, SIMPY_EVENTS));
      const script = join(here, "model/walkers.py");
      all.set(`simpy ${cpus}`, () => runJson(peers.simpy.path, [script, String(cpus), short]));
      all.set(`wheel-short ${cpus}`, node("model/queue.mjs", "wheel", cpus, short));
    }
    for (const kind of ["step", "lazyModel", "eagerModel", "lazyHammer", "eagerHammer"]) {
      all.set(`${kind} ${cpus}`, node("engine/measure.mjs", kind, cpus));
    }
  }
  for (const cpus of [64, 4096])
    all.set(`round ${cpus}`, node("engine/measure.mjs", "round", cpus));
  all.set("collapse 4096", node("engine/measure.mjs", "collapse", 4096));
  return all;
}

/** One bar: what is compared, the bound, and on which side of it the value must lie. */
function bars(peers) {
  const list = [];
  const add = (name, needs, value, bound, atMost, missing) =>
    list.push({ name, needs, value, bound, atMost, missing });
  const ns = (m, name) => m(name).ns;
  const perEvent = (m, name) => m(name).ns / m(name).events;
  const perUnit = (m, name) => m(name).ns / m(name).units;
  for (const n of SIZES) {
    const pair = (a, b) => [`${a} ${n}`, `${b} ${n}`];
    const ratio = (a, b) => (m) => ns(m, `${a} ${n}`) / ns(m, `${b} ${n}`);
    add(
      `events / C++ wheel, ${n} CPUs`,
      pair("wheel", "cpp"),
      ratio("wheel", "cpp"),
      2.2,
      true,
      peers.cpp.missing,
    );
    add(
      `SimPy / events, ${n} CPUs`,
      [...pair("simpy", "wheel-short"), `wheel ${n}`],
      (m) => ns(m, `simpy ${n}`) / m(`wheel-short ${n}`).events / perEvent(m, `wheel ${n}`),
      30,
      false,
      peers.simpy.missing,
    );
    add(
      `SystemC / events, ${n} CPUs`,
      pair("systemc", "wheel"),
      ratio("systemc", "wheel"),
      n < 512 ? 1.4 : 3,
      false,
      peers.systemc.missing,
    );
    add(
      `object heap / events, ${n} CPUs`,
      pair("heap", "wheel"),
      ratio("heap", "wheel"),
      n < 4096 ? 1.1 : 3,
      false,
    );
    add(
      `eager / lazy, model, ${n} CPUs`,
      pair("eagerModel", "lazyModel"),
      ratio("eagerModel", "lazyModel"),
      5,
      false,
    );
    add(
      `eager / lazy, GUP-fast, ${n} CPUs`,
      pair("eagerHammer", "lazyHammer"),
      ratio("eagerHammer", "lazyHammer"),
      5,
      false,
    );
    add(
      `step / bare event, ${n} CPUs`,
      pair("step", "wheel"),
      (m) => perUnit(m, `step ${n}`) / perEvent(m, `wheel ${n}`),
      1.4,
      true,
    );
  }
  const flat = SIZES.map((n) => `wheel ${n}`);
  add(
    "events, slowest / fastest size",
    flat,
    (m) =>
      Math.max(...flat.map((one) => perEvent(m, one))) /
      Math.min(...flat.map((one) => perEvent(m, one))),
    1.3,
    true,
  );
  add(
    "round over 63 CPUs, 4,096 / 64",
    ["round 4096", "round 64"],
    (m) => perUnit(m, "round 4096") / perUnit(m, "round 64"),
    1.3,
    true,
  );
  add("20 GiB on 4,096 CPUs, s", ["collapse 4096"], (m) => ns(m, "collapse 4096") / 1e9, 0.5, true);
  add(
    "20 GiB on 4,096 CPUs, MB",
    ["collapse 4096"],
    (m) => m("collapse 4096").bytes / 1e6,
    200,
    true,
  );
  return list.filter(({ name }) => name.includes(options.only));
}

function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** Runs of one measurement agree in everything but time; their median stands for them. */
function combine(runs) {
  return {
    ...runs[0],
    ns: median(runs.map((run) => run.ns)),
    ...("bytes" in runs[0] ? { bytes: median(runs.map((run) => run.bytes)) } : {}),
  };
}

/** Peers must do the same work, lazy and eager runs give the same result. */
function disagreements(results) {
  const found = [];
  const same = (names, fields) => {
    const present = names.filter((name) => results.has(name));
    const texts = new Set(
      present.map((name) => JSON.stringify(fields.map((field) => results.get(name)[field]))),
    );
    if (texts.size > 1) found.push(`${present.join(", ")} differ in ${fields.join(", ")}`);
  };
  for (const n of SIZES) {
    const outcome = ["rounds", "latencyNs", "delayed", "walks"];
    same(
      ["wheel", "heap", "cpp", "cpp-pq", "systemc"].map((one) => `${one} ${n}`),
      outcome,
    );
    same([`simpy ${n}`, `wheel-short ${n}`], outcome);
    same([`lazyModel ${n}`, `eagerModel ${n}`], ["digest"]);
    same([`lazyHammer ${n}`, `eagerHammer ${n}`], ["digest"]);
  }
  return found;
}

function main() {
  const peers = {
    cpp: compile("model/walkers.cpp", ["-std=c++20"]),
    systemc: compile("model/walkers.systemc.cpp", ["-std=c++17", "-lsystemc"]),
    simpy: simpy(),
  };
  const wanted = bars(peers);
  const needed = new Set(
    wanted.filter(({ missing }) => missing === undefined).flatMap(({ needs }) => needs),
  );
  const runnable = [...measurements(peers)].filter(([name]) => needed.has(name));
  const runs = new Map(runnable.map(([name]) => [name, []]));
  const rounds = options.quick ? 1 : Number(options.rounds);
  for (let round = 1; round <= rounds; round++) {
    for (const [name, run] of runnable) runs.get(name).push(run());
    process.stderr.write(`round ${round} of ${rounds} done\n`);
  }
  const results = new Map([...runs].map(([name, list]) => [name, combine(list)]));
  const rows = wanted.map(({ name, value, bound, atMost, missing }) => {
    if (missing !== undefined) return { name, result: `skipped: ${missing}` };
    const measured = value((one) => results.get(one));
    const isOk = atMost ? measured <= bound : measured >= bound;
    return {
      name,
      measured,
      bar: `${atMost ? "<=" : ">="} ${bound}`,
      result: isOk ? "ok" : "MISSED",
    };
  });
  return report(rows, disagreements(results), results);
}

function report(rows, differences, results) {
  if (options.json) {
    console.log(
      JSON.stringify({ rows, differences, results: Object.fromEntries(results) }, null, 1),
    );
  } else {
    for (const { name, measured, bar = "", result } of rows) {
      const value = measured === undefined ? "" : measured.toFixed(2);
      console.log(`${name.padEnd(36)}${value.padStart(9)}  ${bar.padEnd(8)}  ${result}`);
    }
    for (const one of differences) console.log(`DIFFERENT RESULTS: ${one}`);
  }
  return differences.length > 0 || rows.some(({ result }) => result === "MISSED") ? 1 : 0;
}

if (options.help) process.stdout.write(HELP);
else process.exitCode = setup() || build() || main();
