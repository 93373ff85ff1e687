/** A machine: architecture, topology, idle loop, isolated CPUs, and what its steps cost. */
import { formatCpuList } from "../base/cpuText.ts";
import { deepFreeze, Value } from "../base/value.ts";
import { type Arch, describeArch } from "./arch.ts";
import type { ContentionCurve } from "./contention.ts";
import { type CostChoice, type CostEnd, costsAt } from "./costEnds.ts";
import { type CostKey, type CostTable, costKeys, type Evidence, evidences } from "./costs.ts";
import type { Distances } from "./distances.ts";
import {
  completeMachine,
  defaultMachine,
  type Idle,
  type MachineData,
  type MachineOptions,
} from "./machineOptions.ts";
import { onlyOn } from "./profiles/tlbInstructions.ts";

/** One row of the cost table of a machine: ns per unit of the step. */
export interface CostRow {
  readonly step: CostKey;
  readonly ns: number;
  readonly evidence: Evidence;
  readonly source: string;
  /** Plausible range, ns; null when none is known. */
  readonly range_lo: number | null;
  readonly range_hi: number | null;
}

/** A machine; build one with {@link machine}. Frozen, and all own properties are plain data. */
export class Machine extends Value implements MachineData {
  /** Tells a machine from other values once it is plain data. */
  readonly kind: "machine";
  /** What it is called: one line, stays the same at another size. */
  readonly name: string;
  /** Architecture and its features. */
  readonly arch: Arch;
  /** Sockets, 1…64; each is one NUMA node. */
  readonly sockets: number;
  /** Cores of a socket, 1…4096. */
  readonly coresPerSocket: number;
  /** Hardware threads of a core: 1, 2 or 4, on POWER also 8. */
  readonly threadsPerCore: number;
  /** Online CPUs, 1…4096: sockets × cores × threads. */
  readonly cpus: number;
  /** Whether a CPU without work halts or polls. */
  readonly idle: Idle;
  /** Isolated CPUs, ascending. */
  readonly isolated: readonly number[];
  /** NUMA distances between sockets as firmware reports them; 10 is local. */
  readonly distances: Distances;
  /** Integer ns per unit of each step, with evidence and source. */
  readonly costs: CostTable;
  /** Service time of a cache line that many CPUs write. */
  readonly contention: ContentionCurve;

  /** Takes completed data only: {@link machine} checks, this does not. */
  constructor(data: MachineData) {
    super();
    this.kind = data.kind;
    this.name = data.name;
    this.arch = data.arch;
    this.sockets = data.sockets;
    this.coresPerSocket = data.coresPerSocket;
    this.threadsPerCore = data.threadsPerCore;
    this.cpus = data.cpus;
    this.idle = data.idle;
    this.isolated = data.isolated;
    this.distances = data.distances;
    this.costs = data.costs;
    this.contention = data.contention;
    deepFreeze(this);
  }

  /**
   * This machine with `change` made to it. Sizes follow as in {@link machine}; costs are kept
   * unless the architecture or the profile changes. Throws as {@link machine}.
   */
  with(change: MachineOptions): Machine {
    return new Machine(completeMachine(change, this));
  }

  /**
   * The same kind of machine with exactly `cpus` CPUs (1…4096): more or fewer sockets of the same
   * size when that comes out even, else sockets of another size. Throws SD001 for another number,
   * SD004 when only isolated CPUs would be left.
   */
  withCpus(cpus: number): Machine {
    return this.with({ cpus });
  }

  /**
   * This machine with costs at the low or high end of their ranges: all that have one, or those of
   * some kinds of evidence, or some steps. A conclusion that holds at both ends does not hang on
   * them. Throws SD001 or SD002 for an unknown end, step or kind, SD004 for a named step without a
   * range.
   */
  withCostsAt(end: CostEnd, which: CostChoice = {}): Machine {
    return this.with({ costs: costsAt(this.costs, end, which) });
  }

  /** The cost table: the steps this architecture has, in table order. */
  costRows(): CostRow[] {
    const { arch, costs } = this;
    const own = costKeys.filter((step) => (onlyOn[step] ?? arch.kind) === arch.kind);
    return own.map((step) => {
      const { ns, evidence, source, range } = costs[step];
      return {
        step,
        ns,
        evidence,
        source,
        range_lo: range?.[0] ?? null,
        range_hi: range?.[1] ?? null,
      };
    });
  }

  /** Size and architecture, topology, and how well the costs are known. */
  override describe(): string[] {
    const { sockets, coresPerSocket, threadsPerCore, isolated } = this;
    const shape = [
      count(sockets, "socket"),
      count(coresPerSocket, "core"),
      count(threadsPerCore, "thread"),
    ];
    const rows = this.costRows();
    const known = evidences
      .map(
        (evidence) => [rows.filter((row) => row.evidence === evidence).length, evidence] as const,
      )
      .filter(([rowCount]) => rowCount > 0);
    return [
      `${this.name}: ${count(this.cpus, "CPU")}, ${describeArch(this.arch)}`,
      `${shape.join(" × ")}, idle CPUs ${this.idle === "halt" ? "halt" : "poll"}`,
      ...(isolated.length === 0 ? [] : [`isolated: ${formatCpuList(isolated)}`]),
      `costs: ${known.map(([rowCount, evidence]) => `${rowCount} ${evidence}`).join(", ")}`,
      `shared lines: ${this.contention.evidence}, ${this.contention.source}`,
    ];
  }
}

/**
 * A machine. Without options: one socket of 64 x86 cores without INVLPGB, halting when idle, with
 * the costs of `x86TwoSocket`. `cpus` alone chooses sockets and cores; otherwise it must be their
 * product. Also revives the plain data of a machine (structured clone, JSON).
 *
 * Throws SD001 for a value out of range, SD002 for an unknown option, step, profile or
 * architecture, SD004 for a combination that cannot be, SD006 for a malformed CPU list.
 */
export function machine(options: MachineOptions = {}): Machine {
  return new Machine(completeMachine(options, defaultMachine));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
