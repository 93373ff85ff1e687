/**
 * Where a CPU is. Numbers run as Linux usually counts them: on x86 and arm64 the first threads of
 * all cores, socket by socket, then the second threads in the same order (as in lscpu: node0
 * 0-27,224-251); on POWER the threads of a core are neighbours (node0 0-63). Each socket is one
 * NUMA node. CPU numbers are not checked: these functions run in loops.
 */
import type { ArchKind } from "./arch.ts";
import type { Distances } from "./distances.ts";
import type { Shape } from "./shape.ts";

/** What the functions below need of a machine. */
export interface Topology extends Shape {
  readonly arch: { readonly kind: ArchKind };
  readonly distances: Distances;
}

/** How near two CPUs are: one and the same, threads of a core, of a socket, or neither. */
export type DistanceClass = "self" | "core" | "socket" | "remote";

/** Core of a CPU, counted over the whole machine. */
export function coreOf(topology: Topology, cpu: number): number {
  if (topology.arch.kind === "powerpc") return Math.floor(cpu / topology.threadsPerCore);
  return cpu % (topology.sockets * topology.coresPerSocket);
}

/** Socket of a CPU. */
export function socketOf(topology: Topology, cpu: number): number {
  return Math.floor(coreOf(topology, cpu) / topology.coresPerSocket);
}

/** NUMA node of a CPU: its socket. */
export function nodeOf(topology: Topology, cpu: number): number {
  return socketOf(topology, cpu);
}

/** How near two CPUs are. */
export function distanceClass(topology: Topology, a: number, b: number): DistanceClass {
  if (a === b) return "self";
  if (coreOf(topology, a) === coreOf(topology, b)) return "core";
  return socketOf(topology, a) === socketOf(topology, b) ? "socket" : "remote";
}

// A matrix is part of a frozen machine, so its ranking never changes.
const hopTables = new WeakMap<Distances, HopTable>();

/** Hops between sockets, row by row. */
export type HopTable = readonly (readonly number[])[];

/**
 * Hops between all pairs of sockets: 0 in a socket, 1 for the smallest remote distance of the
 * machine, 2 for the next one … Distances are firmware's ranking, not times, hence the rank.
 */
export function hopTable(distances: Distances): HopTable {
  const known = hopTables.get(distances);
  if (known !== undefined) return known;
  const ranking = [...new Set(distances.flat())].sort((a, b) => a - b);
  const table = distances.map((row) => row.map((distance) => ranking.indexOf(distance)));
  hopTables.set(distances, table);
  return table;
}

/** Hops between the sockets of two CPUs; see {@link hopTable}. */
export function socketHops(topology: Topology, a: number, b: number): number {
  return hopTable(topology.distances)[socketOf(topology, a)]![socketOf(topology, b)]!;
}
