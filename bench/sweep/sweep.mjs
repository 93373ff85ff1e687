/**
 * Sweeps, in a fresh process: `node sweep.mjs MODE …` prints one line of JSON.
 *
 *     scaling WORKERS CELLS   wall time (ns) of CELLS cells of 50 ms and more on warm threads
 *     coordinator CELLS       CPU time (ns) of the coordinator, and of all threads
 *     open FOLDER             time (ns) from a folder of 100,000 rows to an Arquero table
 *     stop                    wall time (ns) from the signal to the end of an interrupted sweep
 *     standard                wall time (ns) of the sweep of `sweeping-core-counts` on two threads,
 *                             from an empty store, and from the full one
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sd from "../../dist/lib/index.js";
import { processCpuNs, threadCpuNs } from "../clock.mjs";
import { writeLargeStore } from "./largeStore.mjs";

const [linux, backend] = [sd.linux(), sd.backend.native()];
const modes = { scaling, coordinator, open, stop, standard };
const [mode, ...args] = process.argv.slice(2);
console.log(JSON.stringify(await modes[mode](...args)));

/** A scene that takes 50 ms and more; the kernel is made once, as in docs/sweeps.md. */
function build({ seed }) {
  const workload = sd.workload.together(
    sd.workload.collapse({ bytes: sd.GiB(2) }),
    sd.workload.gupFastHammer({ threads: 3 }),
  );
  return { machine: sd.machine({ cpus: 32 }), linux, backend, workload, seed };
}

function seeds(first, count) {
  return { seed: Array.from({ length: count }, (_, i) => first + i) };
}

/** Threads start and compile before the clock does. */
async function warm(workers) {
  await sd.sweep(seeds(1_000_000, 16 * workers), build, { workers });
}

async function scaling(workers, cells) {
  await warm(Number(workers));
  const start = performance.now();
  await sd.sweep(seeds(1, Number(cells)), build, { workers: Number(workers) });
  return { ns: 1e6 * (performance.now() - start), cells: Number(cells) };
}

async function coordinator(cells) {
  await warm(2);
  const folder = mkdtempSync(join(tmpdir(), "shootdown-bench-"));
  const [own, all] = [threadCpuNs(), processCpuNs()];
  await sd.sweep(seeds(1, Number(cells)), build, { workers: 2, store: folder });
  const result = { ns: threadCpuNs() - own, allNs: processCpuNs() - all };
  rmSync(folder, { recursive: true });
  return result;
}

function open(folder) {
  if (!existsSync(folder)) writeLargeStore(folder);
  const [wall, cpu] = [performance.now(), threadCpuNs()];
  const table = sd.openStore(folder).table();
  const ns = threadCpuNs() - cpu;
  return { ns, wallNs: 1e6 * (performance.now() - wall), rows: table.numRows() };
}

async function stop() {
  await warm(2);
  const controller = new AbortController();
  let asked;
  setTimeout(() => {
    asked = performance.now();
    controller.abort();
  }, 1_000);
  const { signal } = controller;
  await sd.sweep(seeds(1, 1_000), build, { workers: 2, signal }).catch(() => undefined);
  return { ns: 1e6 * (performance.now() - asked) };
}

/** Six core counts, three policies, three seeds; a quarter of the CPUs walks. */
async function standard() {
  const linux = sd.linux({ release: "7.2" });
  const { skipIfFlushSentIpis, targeted } = sd.tableSync;
  const policies = {
    broadcast: linux,
    skip: linux.with({ tableSync: skipIfFlushSentIpis() }),
    targeted: linux.with({ tableSync: targeted() }),
  };
  const axes = { cpus: [4, 16, 64, 256, 1024, 4096], linux: policies, seed: [1, 2, 3] };
  const store = mkdtempSync(join(tmpdir(), "shootdown-bench-"));
  const options = { workers: 2, store, baseline: { linux: "broadcast" } };
  const timed = async () => {
    const start = performance.now();
    const rows = (await sd.sweep(axes, walked, options)).numRows();
    return { ns: 1e6 * (performance.now() - start), rows };
  };
  const [empty, full] = [await timed(), await timed()];
  rmSync(store, { recursive: true });
  return { ns: empty.ns, fullNs: full.ns, rows: full.rows };
}

function walked({ cpus, linux, seed }) {
  const workload = sd.workload.together(
    sd.workload.collapse({ bytes: 4 * sd.MiB(2) }),
    sd.workload.gupFastHammer({ threads: cpus / 4, gapNs: sd.us(10) }),
  );
  const machine = sd.machines.icelake64.withCpus(cpus);
  return { machine, linux, backend: sd.backend.native(), workload, seed };
}
