/** How long interrupts and acknowledgements travel between CPUs, in ns. */
import type { Machine } from "../machine/machine.ts";
import { socketHops, socketOf } from "../machine/topology.ts";

/** CPUs that one mask send reaches with a single write: an x2APIC cluster. */
const CLUSTER = 16;

/** Travel times of a machine, looked up by socket. */
export class Distances {
  readonly clusterOf: Int32Array;
  private readonly sockets: Int32Array;
  private readonly hops: Int32Array;
  private readonly socketCount: number;
  private readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
    this.socketCount = machine.sockets;
    this.sockets = Int32Array.from({ length: machine.cpus }, (_, cpu) => socketOf(machine, cpu));
    this.clusterOf = Int32Array.from({ length: machine.cpus }, (_, cpu) =>
      Math.floor(cpu / CLUSTER),
    );
    this.hops = new Int32Array(machine.sockets * machine.sockets);
    const first = firstCpuOfSockets(this.sockets, machine.sockets);
    for (let a = 0; a < machine.sockets; a++) {
      for (let b = 0; b < machine.sockets; b++) {
        this.hops[a * machine.sockets + b] = socketHops(machine, first[a]!, first[b]!);
      }
    }
  }

  /** From the sender's write to the target's vector. Halting targets must first wake. */
  deliverNs(from: number, to: number, isIdle: boolean): number {
    const { costs, idle } = this.machine;
    const wake = isIdle && idle === "halt" ? costs.idleExit.ns : 0;
    return costs.ipiDeliver.ns + this.hopsBetween(from, to) * costs.ipiDeliverSocket.ns + wake;
  }

  /** From the end of the function on `from` to the sender `to` seeing it. */
  ackNs(from: number, to: number): number {
    const { costs } = this.machine;
    return costs.ack.ns + this.hopsBetween(from, to) * costs.ackSocket.ns;
  }

  hopsBetween(from: number, to: number): number {
    return this.hops[this.sockets[from]! * this.socketCount + this.sockets[to]!]!;
  }
}

function firstCpuOfSockets(sockets: Int32Array, count: number): number[] {
  return Array.from({ length: count }, (_, socket) => sockets.indexOf(socket));
}
