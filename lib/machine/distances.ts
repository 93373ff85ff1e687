/** NUMA distances as firmware reports them (ACPI SLIT, `numactl -H`): one node a socket. */
import { checkInteger } from "../base/check.ts";
import { invalid } from "../base/messages.ts";

/** Relative distance between sockets, row by row; 10 is local. */
export type Distances = readonly (readonly number[])[];

const local = 10;
const remote = 21;
/** 255 means unreachable in a SLIT. */
const farthest = 254;

/**
 * A matrix for `sockets` sockets: `known` where it reaches, else 10 on the diagonal and 21 beside
 * it, the usual two-socket value.
 */
export function fitDistances(sockets: number, known: Distances = []): Distances {
  const indices = Array.from({ length: sockets }, (_, index) => index);
  return indices.map((a) => indices.map((b) => known[a]?.[b] ?? (a === b ? local : remote)));
}

/**
 * `distances` as plain data. Throws SD001 unless they are a square, symmetric matrix of 10…254 with
 * 10 on its diagonal.
 */
export function checkDistances(distances: Distances, sockets: number): Distances {
  const square = `${sockets} rows of ${sockets} distances`;
  if (!Array.isArray(distances) || distances.length !== sockets) {
    throw invalid("distances", distances, square);
  }
  return distances.map((row: unknown, a) => {
    if (!Array.isArray(row) || row.length !== sockets) {
      throw invalid(`distances[${a}]`, row, square);
    }
    return row.map((value: unknown, b) => {
      const field = `distances[${a}][${b}]`;
      const distance = checkInteger(field, value, local, a === b ? local : farthest);
      const mirrored: unknown = distances[b]?.[a];
      if (mirrored !== distance) throw invalid(field, distance, `${mirrored}, as [${b}][${a}]`);
      return distance;
    });
  });
}
