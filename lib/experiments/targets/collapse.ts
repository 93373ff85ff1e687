/** Published results about collapsing 20 GiB, and counting rules that they rest on: V1–V5, V23. */
import { native } from "../../backends/backend.ts";
import { GiB, MiB } from "../../base/units.ts";
import { machines } from "../../machine/presets.ts";
import type { Linux } from "../../policies/linux.ts";
import { linux } from "../../policies/linux.ts";
import { skipIfFlushSentIpis } from "../../policies/tableSync/skipIfFlushSentIpis.ts";
import { collapse } from "../../workloads/collapse.ts";
import type { Run } from "../run.ts";
import { simulate } from "../simulate.ts";
import type { Target } from "./target.ts";

const LANCE = "Lance Yang, reply to [PATCH v7 1/2], Mar 2026, and the cover of v8";
const MEASURED = "MADV_COLLAPSE on the measured machine of two CPUs";
const VALENTIN = "Valentin Schneider, [RFC PATCH v4], v6.13-rc6, 6 h: 531 events, 13,806 CSDs";

const BROADCAST_CAL = 646_316;
const SKIPPED_CAL = 785;
const COLLAPSES = 10_240;

/** Interrupts of one collapse of a whole range by a single thread. */
function callsOf(bytes: number, cpus: number, system: Linux = linux()): number {
  return runOf(bytes, cpus, system).total("CAL");
}

function runOf(bytes: number, cpus: number, system: Linux, trace = 0): Run {
  const machine = machines.icelake64.withCpus(cpus);
  return simulate({
    ...{ machine, linux: system, backend: native(), workload: collapse({ bytes }), seed: 1 },
    trace,
  });
}

const skip = linux({ tableSync: skipIfFlushSentIpis() });

/** Sends and queued calls in a trace of 531 collapses on 27 CPUs. */
function tracedEvents(event: string): number {
  const SENDS = 531;
  const TARGETS = 26;
  const run = runOf(SENDS * MiB(2), TARGETS + 1, linux(), 10 * SENDS * (TARGETS + 1));
  const names = Array.from(run.trace().array("event"));
  return names.filter((name) => name === event).length;
}

/** What is known of the sync of collapses. */
export const collapseTargets: readonly Target[] = [
  {
    id: "V1",
    what: "20 GiB collapsed on 64 CPUs, broadcast: row CAL",
    reported: BROADCAST_CAL,
    unit: "interrupts",
    predicted: () => callsOf(GiB(20), 64),
    tolerance: { kind: "relative", limit: 0.0019 },
    source: LANCE,
    remark: "10,240 collapses x 63 CPUs; the other 1,196 are background",
  },
  {
    id: "V2",
    what: "the same: calls that skipping the sync removes",
    reported: BROADCAST_CAL - SKIPPED_CAL,
    unit: "interrupts",
    predicted: () => callsOf(GiB(20), 64) - callsOf(GiB(20), 64, skip),
    tolerance: { kind: "relative", limit: 0.000_64 },
    source: LANCE,
    remark: "the 785 that remain are background: the model predicts 0",
  },
  {
    id: "V3",
    what: "the same: calls removed",
    reported: 100 * (1 - SKIPPED_CAL / BROADCAST_CAL),
    unit: "%",
    predicted: () => {
      const before = callsOf(GiB(20), 64) + SKIPPED_CAL;
      const after = callsOf(GiB(20), 64, skip) + SKIPPED_CAL;
      return 100 * (1 - after / before);
    },
    tolerance: { kind: "relative", limit: 0.0001 },
    source: LANCE,
    remark: "with the reported background of 785 as an input on both sides",
  },
  {
    id: "V4",
    what: "the same: calls per collapse, which say how many other CPUs are online",
    reported: BROADCAST_CAL / COLLAPSES,
    unit: "interrupts",
    predicted: () => callsOf(GiB(20), 64) / COLLAPSES,
    tolerance: { kind: "relative", limit: 0.0019 },
    source: LANCE,
    remark: "64 cores without a second thread each; with one it would be 127",
  },
  {
    id: "V5-256",
    what: "256 collapses on 2 CPUs: row CAL, median of three",
    reported: 267,
    unit: "interrupts",
    predicted: () => callsOf(MiB(512), 2),
    tolerance: { kind: "relative", limit: 0.086 },
    source: MEASURED,
    remark: "265 to 278 with background",
  },
  {
    id: "V5-512",
    what: "512 collapses on 2 CPUs: row CAL",
    reported: 553,
    unit: "interrupts",
    predicted: () => callsOf(GiB(1), 2),
    tolerance: { kind: "relative", limit: 0.086 },
    source: MEASURED,
    remark: "with background",
  },
  {
    id: "V23-sends",
    what: "531 broadcasts to 26 CPUs: send events in the trace",
    reported: 531,
    unit: "events",
    predicted: () => tracedEvents("ipi_send_cpumask"),
    tolerance: { kind: "exact" },
    source: VALENTIN,
  },
  {
    id: "V23-calls",
    what: "531 broadcasts to 26 CPUs: queued calls in the trace",
    reported: 13_806,
    unit: "events",
    predicted: () => tracedEvents("csd_queue_cpu"),
    tolerance: { kind: "exact" },
    source: VALENTIN,
    remark: "one send event stands for as many interrupts as its mask has CPUs",
  },
];
