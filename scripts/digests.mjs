/**
 * Prints the SHA-256 of every table of a fixed set of runs as JSON: run by run, table by table. They
 * must be the same on every supported Node and machine. Takes the library from dist/.
 */
import { fileURLToPath } from "node:url";
import { digestOf } from "../dist/lib/base/canonical.js";
import * as sd from "../dist/lib/index.js";
import { argumentsOf } from "./usage.mjs";

argumentsOf(`usage: node scripts/digests.mjs

Prints the SHA-256 of every table of a fixed set of runs as JSON; takes the library from dist/.`);

const { collapse, munmap, mprotect, gupFastHammer, together } = sd.workload;
const { broadcast, skipIfFlushSentIpis, targeted } = sd.tableSync;
const backend = sd.backend.native();

/** Machines of one and of eight sockets, with and without INVLPGB, that halt or poll when idle. */
const qemu = sd.machines.qemu.withCpus(16);
const polling = qemu.with({ idle: "polling" });
const turin = sd.machines.turin.withCpus(48);
const { xeon448 } = sd.machines;

/** Walkers draw their pauses, and the table that they walk, at random. */
const walkers = (threads, more = {}) =>
  gupFastHammer({ threads, pages: 3, range: "operation", ...more });

const MEASURED = fileURLToPath(new URL("../test/fixtures/lab/policies.csv", import.meta.url));

const SCENES = {
  collapse: { machine: qemu, workload: collapse({ bytes: sd.MiB(64), threads: 4 }) },
  "collapse of 20 GiB on 448 CPUs": {
    machine: xeon448,
    workload: collapse({ bytes: sd.GiB(20) }),
  },
  "collapse beside walkers, broadcast": {
    machine: xeon448,
    workload: together(collapse({ bytes: sd.MiB(64) }), walkers(40)),
  },
  "collapse beside walkers, targeted": {
    machine: xeon448,
    tableSync: targeted(),
    workload: together(collapse({ bytes: sd.MiB(64) }), walkers(40)),
  },
  "collapse with INVLPGB, skip": {
    machine: turin,
    tableSync: skipIfFlushSentIpis(),
    workload: together(
      collapse({ bytes: sd.MiB(256), threads: 6, siblings: "spin" }),
      walkers(9, { process: "other" }),
    ),
  },
  "khugepaged, 6.1": {
    machine: polling,
    release: "6.1",
    workload: collapse({
      bytes: sd.MiB(32),
      by: "khugepaged",
      memory: "shmem",
      threads: 3,
      siblings: "spin",
      copyOnWriteFaults: 5,
    }),
  },
  "munmap with wake-ups, PREEMPT_RT": {
    machine: qemu,
    release: "6.12",
    preemptRt: true,
    workload: munmap({ bytes: sd.MiB(40), calls: 4, threads: 4, wakeSiblings: true }),
  },
  "munmap and mprotect of two processes": {
    machine: polling,
    release: "7.3",
    workload: together(
      munmap({ bytes: sd.MiB(8), calls: 9, memory: "shmem", threads: 3, siblings: "spin" }),
      mprotect({ bytes: sd.MiB(1), calls: 30, everyNs: sd.ms(90), threads: 3, siblings: "stale" }),
    ),
  },
  walkers: { machine: turin, workload: walkers(30, { calls: 400, gapNs: 900, range: "own" }) },
};

console.log(JSON.stringify({ ...runDigests(), ...otherDigests() }, null, 2));

function runDigests() {
  return Object.fromEntries(
    Object.entries(SCENES).map(([name, { machine, workload, ...linux }]) => {
      const run = sd.simulate({ machine, linux: sd.linux(linux), backend, workload, seed: 7 });
      return [name, { ...tablesOf(run), run: run.digest() }];
    }),
  );
}

function tablesOf(run) {
  return {
    interrupts: tableDigest(run.interrupts()),
    durations: tableDigest(run.durations()),
    distribution: tableDigest(run.distribution(run.durations().get("what", 0))),
    summary: tableDigest(run.summary()),
    text: digestOf(sd.text(run.durations())),
  };
}

/** Tables that are not of one run. */
function otherDigests() {
  const { machine, workload } = SCENES["collapse beside walkers, targeted"];
  const linuxes = {
    broadcast: sd.linux({ tableSync: broadcast() }),
    skip: sd.linux({ tableSync: skipIfFlushSentIpis() }),
    targeted: sd.linux({ tableSync: targeted() }),
  };
  const scene = { machine: machine.withCpus(64), backend, workload };
  const compared = sd.compare(linuxes, { ...scene, seed: 3, seeds: 2 });
  const traced = sd.simulate({ ...scene, linux: linuxes.targeted, seed: 5, trace: 20_000 });
  return {
    "comparison of policies": { compare: tableDigest(compared), csv: digestOf(sd.csv(compared)) },
    "traced run": {
      trace: tableDigest(traced.trace()),
      ftrace: digestOf(traced.toFtrace()),
      perfetto: digestOf(traced.toPerfetto()),
    },
    "cost table": { costs: tableDigest(machine.costTable()) },
    "measured runs": { agreement: digestOf(sd.validate(sd.labCsv.read(MEASURED)).rows) },
  };
}

/** Names and values of all columns, in order. */
function tableDigest(table) {
  const columns = table.columnNames().map((name) => [name, Array.from(table.array(name))]);
  return digestOf(columns);
}
