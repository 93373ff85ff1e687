/** Plans for the timed engine: the model of ../model written with steps, and runs of the library. */

import { native } from "../../dist/lib/backends/backend.js";
import { GiB, MiB } from "../../dist/lib/base/units.js";
import { planScene } from "../../dist/lib/experiments/scene.js";
import { machine } from "../../dist/lib/machine/machine.js";
import { linux } from "../../dist/lib/policies/linux.js";
import { program } from "../../dist/lib/steps/builder.js";
import { collapse } from "../../dist/lib/workloads/collapse.js";
import { gupFastHammer } from "../../dist/lib/workloads/gupFastHammer.js";
import { together } from "../../dist/lib/workloads/together.js";

const source = "bench/model/parameters.mjs";

/** Costs of the model, ns. Masking and unmasking take time, so that each is an event of its own. */
const costs = {
  irqOff: 1,
  irqOn: 1,
  irqEntry: 0,
  irqExit: 0,
  callEmpty: 500,
  csdQueue: 0,
  ipiSend: 100,
  ipiBroadcast: 0,
  ipiDeliver: 600,
  ipiDeliverSocket: 250,
  ack: 600,
  ackSocket: 250,
};

const walker = program("walker", { source }, (k) => {
  k.forever(() => {
    k.pause({ kind: "uniform", fromNs: 1000, toNs: 2998 });
    k.irqOff();
    k.pause({ kind: "uniform", fromNs: 150, toNs: 448 });
    k.irqOn();
    k.tally("walks");
  });
});

const handler = program("handler", { source }, (k) => k.work("callEmpty"));

const initiator = program("initiator", { params: ["rounds"], source }, (k) => {
  k.while("rounds", ">", 0, () => {
    k.pause({ kind: "fixed", ns: 5000 });
    k.pause({ kind: "fixed", ns: 1000 });
    k.begin("round");
    k.crossCall("online", handler);
    k.awaitCalls();
    k.end("round");
    k.compute("rounds", "rounds", "-", 1);
  });
});

const onlooker = program("onlooker", { params: ["rounds"], source }, (k) => {
  k.while("rounds", ">", 0, () => {
    k.pause({ kind: "fixed", ns: 8000 });
    k.compute("rounds", "rounds", "-", 1);
  });
});

/** CPU 0 interrupts all others in each of `rounds` rounds; `walkers` of them walk. */
export function modelPlan({ cpus, rounds, walkers = cpus - 1, socket = 64, quiet = false }) {
  const size = { sockets: Math.ceil(cpus / socket), coresPerSocket: Math.min(cpus, socket) };
  return {
    machine: machine({ ...size, threadsPerCore: 1, costs }),
    variables: [],
    mms: 1,
    tables: 1,
    boot: {},
    setup: [],
    startNs: 0,
    operation: [{ cpu: 0, program: quiet ? onlooker : initiator, args: { rounds } }],
    background: Array.from({ length: walkers }, (_, i) => ({
      cpu: i + 1,
      program: walker,
      args: {},
    })),
    busyCpus: [],
    wakesReschedule: false,
  };
}

/** Threads of another process pin pages while `mebibytes` are collapsed. */
export function hammerPlan({ cpus, threads, mebibytes }) {
  return planOf(
    cpus,
    together(collapse({ bytes: MiB(mebibytes) }), gupFastHammer({ threads, process: "other" })),
  );
}

/** 20 GiB are collapsed: 10,240 tables, each with a broadcast to all other CPUs. */
export function collapsePlan({ cpus }) {
  return planOf(cpus, collapse({ bytes: GiB(20) }));
}

function planOf(cpus, workload) {
  return planScene({
    machine: machine({ sockets: 1, coresPerSocket: cpus, threadsPerCore: 1 }),
    linux: linux({ release: "7.2" }),
    backend: native(),
    workload,
    seed: 1,
  });
}
