/** How long interrupts and acknowledgements travel between CPUs, in ns. */
import type { Cost } from "../machine/costs.ts";
import type { Machine } from "../machine/machine.ts";
import { socketHops, socketOf } from "../machine/topology.ts";

/** Travel times of a machine, looked up by pair of sockets. */
export class Distances {
  /** Which CPUs one write of a mask send reaches: an x2APIC cluster, say. */
  declare readonly groupOf: Int32Array;
  declare private readonly sockets: Int32Array;
  declare private readonly socketCount: number;
  declare private readonly hops: Int32Array;
  declare private readonly deliver: Float64Array;
  declare private readonly ack: Float64Array;
  declare private readonly wakeNs: number;

  constructor(machine: Machine, groupCpus: number) {
    const { cpus, sockets, costs } = machine;
    this.socketCount = sockets;
    this.sockets = Int32Array.from({ length: cpus }, (_, cpu) => socketOf(machine, cpu));
    this.groupOf = Int32Array.from({ length: cpus }, (_, cpu) => Math.floor(cpu / groupCpus));
    const first = firstCpuOfSockets(this.sockets, sockets);
    this.hops = Int32Array.from({ length: sockets * sockets }, (_, pair) =>
      socketHops(machine, first[Math.floor(pair / sockets)]!, first[pair % sockets]!),
    );
    const byHops = (near: Cost, more: Cost): Float64Array =>
      Float64Array.from(this.hops, (hops) => near.ns + hops * more.ns);
    this.deliver = byHops(costs.ipiDeliver, costs.ipiDeliverSocket);
    this.ack = byHops(costs.ack, costs.ackSocket);
    this.wakeNs = machine.idle === "halt" ? costs.idleExit.ns : 0;
  }

  /** From the sender's write to the target's vector. Halting targets must first wake. */
  deliverNs(from: number, to: number, isIdle: boolean): number {
    return this.deliver[this.pair(from, to)]! + (isIdle ? this.wakeNs : 0);
  }

  /** From the end of the function on `from` to the sender `to` seeing it. */
  ackNs(from: number, to: number): number {
    return this.ack[this.pair(from, to)]!;
  }

  /** Hops between the sockets of two CPUs. */
  hopsBetween(from: number, to: number): number {
    return this.hops[this.pair(from, to)]!;
  }

  private pair(from: number, to: number): number {
    return this.sockets[from]! * this.socketCount + this.sockets[to]!;
  }
}

function firstCpuOfSockets(sockets: Int32Array, count: number): number[] {
  return Array.from({ length: count }, (_, socket) => sockets.indexOf(socket));
}
