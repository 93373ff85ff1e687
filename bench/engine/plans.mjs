/** Plans for the timed engine: the model of ../model written with steps, and runs of the library. */
import { native } from "../../dist/lib/backends/backend.js";
import { GiB, MiB } from "../../dist/lib/base/units.js";
import { checkScene, planScene } from "../../dist/lib/experiments/scene.js";
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
  idleExit: 0,
  ipiSend: 100,
  ipiBroadcast: 0,
  ipiDeliver: 600,
  ipiDeliverSocket: 250,
  ack: 600,
  ackSocket: 250,
};

/** Costed steps of one turn of a walker. */
export const stepsPerWalk = 4;

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
    k.crossCall("online", handler);
    k.awaitCalls();
    k.compute("rounds", "rounds", "-", 1);
  });
});

const onlooker = program("onlooker", { params: ["rounds"], source }, (k) => {
  k.while("rounds", ">", 0, () => {
    k.pause({ kind: "fixed", ns: 8000 });
    k.compute("rounds", "rounds", "-", 1);
  });
});

/** CPU 0 interrupts all others in each of `rounds` rounds; all others walk. */
export function modelPlan(cpus, rounds) {
  return planOf({ cpus, rounds, walkers: cpus - 1, socket: 64, first: initiator });
}

/** The walkers of the model by themselves: nobody interrupts them for as long as `rounds` take. */
export function walkersPlan(cpus, rounds) {
  return planOf({ cpus, rounds, walkers: cpus - 1, socket: 64, first: onlooker });
}

/** CPU 0 interrupts all others; 63 of them walk, and all are equally far. */
export function interestedPlan(cpus, rounds) {
  return planOf({ cpus, rounds, walkers: 63, socket: cpus, first: initiator });
}

function planOf({ cpus, rounds, walkers, socket, first }) {
  const size = { sockets: Math.ceil(cpus / socket), coresPerSocket: Math.min(cpus, socket) };
  return {
    machine: machine({ ...size, threadsPerCore: 1, costs }),
    variables: [],
    mms: 1,
    tables: 1,
    boot: {},
    setup: [],
    startNs: 0,
    operation: [{ cpu: 0, program: first, args: { rounds } }],
    background: Array.from({ length: walkers }, (_, i) => ({
      cpu: i + 1,
      program: walker,
      args: {},
    })),
    busyCpus: [],
    wakesReschedule: false,
  };
}

/** Every second CPU pins pages for another process while `tables` tables are collapsed. */
export function hammerPlan(cpus, tables) {
  const threads = Math.floor(cpus / 2);
  const hammer = gupFastHammer({ threads, process: "other" });
  return planScene(sceneOf(cpus, together(collapse({ bytes: tables * MiB(2) }), hammer)));
}

/** 20 GiB are collapsed: 10,240 tables, each with a broadcast to all other CPUs. */
export function collapseScene(cpus) {
  return sceneOf(cpus, collapse({ bytes: GiB(20) }));
}

function sceneOf(cpus, workload) {
  return checkScene({
    machine: machine({ sockets: 1, coresPerSocket: cpus, threadsPerCore: 1 }),
    linux: linux({ release: "7.2" }),
    backend: native(),
    workload,
  });
}
