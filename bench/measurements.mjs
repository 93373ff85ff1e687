/** What is measured. Each measurement is a process of its own, with a warm-up inside. */
import { fileURLToPath } from "node:url";
import { spanNs } from "./model/parameters.mjs";
import { interruptsText, textFile, tracePiece } from "./observed/texts.mjs";
import { run } from "./programs.mjs";

/** Numbers of CPUs on which the model is measured. */
export const sizes = [8, 64, 512, 4096];

/** Programs that run the model of model/parameters.mjs, and events of a measured run. */
export const modelEvents = {
  wheel: 4_000_000,
  objectHeap: 2_000_000,
  cppWheel: 8_000_000,
  cppHeap: 4_000_000,
  systemC: 2_000_000,
  simPy: 300_000,
};

/** Searches without reductions that SPIN makes, too: memory model and walkers. */
export const fullSearches = [
  ["sc", 4],
  ["x86-tso", 4],
];

/** Notebook kernels: ours first. */
export const kernels = ["shootdown", "tslab", "ipykernel", "deno"];

/** Interrupts of a run of the model in the engine; walks of one without interrupts. */
const interrupts = 400_000;
const walks = 1_500_000;
/** Tables collapsed beside a hammer, times CPUs; rounds over 63 interested CPUs. */
const tables = 8192;
const interestedRounds = 8_000;
/** How often a lazy run is repeated: it is that much shorter than an eager one. */
const lazyTimes = 6;

/**
 * All measurements at a share (0…1] of their size: name → the program it needs and how it is made.
 * What is made has `ns`, CPU time; a part of the model also has its `events` or `steps`, and a run
 * in the engine the `digest` of its result.
 */
export function allMeasurements(share) {
  const all = new Map();
  const engine = (name, kind, cpus, size, mode) => {
    const times = mode === "lazy" ? lazyTimes : 1;
    const args = [kind, cpus, Math.ceil(share * size), mode, times];
    all.set(name, { program: "engine", make: () => run("engine", ...args) });
  };
  for (const cpus of sizes) {
    for (const program of Object.keys(modelEvents)) {
      const span = spanNs(cpus, share * modelEvents[program]);
      const make = () => ({ events: eventsUntil(cpus, span), ...run(program, cpus, span) });
      all.set(`${program} ${cpus}`, { program, make });
    }
    for (const mode of ["lazy", "eager"]) {
      engine(`model ${mode} ${cpus}`, "model", cpus, interrupts / cpus, mode);
    }
    engine(`step ${cpus}`, "walkers", cpus, walks / (3.5 * cpus), "eager");
  }
  for (const cpus of sizes) {
    for (const mode of ["lazy", "eager"]) {
      engine(`hammer ${mode} ${cpus}`, "hammer", cpus, tables / cpus, mode);
    }
  }
  for (const cpus of [64, 4096]) {
    engine(`interested ${cpus}`, "interested", cpus, interestedRounds, "lazy");
  }
  for (const way of ["engine", "public"]) {
    all.set(`collapse ${way}`, { program: "collapse", make: () => run("collapse", way, 4096) });
  }
  addExplorer(all);
  addSweeps(all, share);
  addParsers(all, share);
  for (const kernel of kernels) {
    all.set(`${kernel} session`, { program: kernel, make: () => run(kernel) });
  }
  return all;
}

/** Cells of a measured sweep. */
const cells = 60;

/** Sweeps: what threads add, what the coordinator costs, how fast a store opens and a sweep stops. */
function addSweeps(all, share) {
  const folder = fileURLToPath(new URL("../dist/bench/store", import.meta.url));
  const count = Math.ceil(share * cells);
  const named = (name, ...args) =>
    all.set(name, { program: "sweep", make: () => run("sweep", ...args) });
  for (const workers of [1, 2]) named(`sweep ${workers} workers`, "scaling", workers, count);
  named("sweep coordinator", "coordinator", count);
  named("sweep open", "open", folder);
  named("sweep stop", "stop");
  named("sweep standard", "standard");
}

/** Searches of the explorer and of its peers; full ones agree in states and transitions. */
function addExplorer(all) {
  const add = (program, ...args) => {
    const make = () => {
      const found = run(program, ...args);
      return { ...found, digest: `${found.states} states, ${found.transitions} transitions` };
    };
    all.set([program, ...args].join(" "), { program, make });
  };
  for (const [model, walkers] of fullSearches) {
    add("explorer", model, walkers, "full");
    add("spin", model, walkers);
  }
  add("explorer", "x86-tso", 3, "full");
  for (const form of ["text", "packed"]) add("strings", "x86-tso", 3, form);
  for (const walkers of [4, 5]) add("explorer", "x86-tso", walkers, "reduced");
}

/**
 * Texts that parsers are measured on, and their peers: bytes of a trace, of one that is read in
 * turn (short, for a machine changes its speed while a long one is read), GiB of a stream.
 */
const traceBytes = 50_000_000;
const pieceBytes = 8_000_000;
export const streamGiB = 1;

/** Parsers of measured data on generated texts; every pass has its `bytes` and `events`. */
function addParsers(all, share) {
  const folder = fileURLToPath(new URL("../dist/bench/texts", import.meta.url));
  const bytes = Math.ceil(traceBytes * share);
  const add = (program, kind, make) =>
    all.set(`${program} ${kind}`, { program, make: () => ({ digest: "", ...make() }) });
  for (const shape of ["ftrace", "perf"]) {
    const file = () =>
      textFile(folder, `${shape}-${bytes}.txt`, () => tracePiece(shape, bytes).text);
    const piece = () =>
      textFile(folder, `${shape}-piece.txt`, () => tracePiece(shape, pieceBytes).text);
    const counted = (result) => ({ ...result, digest: `${result.events} events` });
    add("parse", shape, () => counted(run("parse", "trace", file(), 5)));
    add("parse", `${shape} columns`, () => counted(run("parse", "columns", file(), 5)));
    add("beside", shape, () => run("beside", piece(), Math.ceil(40 * share)));
    add("scan", shape, () => counted(run("scan", file(), 5)));
  }
  const interrupts = () => textFile(folder, "interrupts-1152.txt", () => interruptsText());
  add("parse", "interrupts", () => run("parse", "interrupts", interrupts(), 10));
  add("stream", "counts", () => run("stream", streamGiB * share));
}

const knownEvents = new Map();

/** Events of the model up to a time, for the peers that do not count them. */
function eventsUntil(cpus, span) {
  const key = `${cpus} ${span}`;
  if (!knownEvents.has(key)) knownEvents.set(key, run("wheel", cpus, span).events);
  return knownEvents.get(key);
}
