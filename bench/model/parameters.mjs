/**
 * The model that every queue, language and simulator here runs. CPU 0 computes, flushes, interrupts
 * all others and waits for their acknowledgements, again and again. Every other CPU waits a gap and
 * walks page tables with interrupts off, again and again; an interrupt during a gap prolongs it, one
 * during a walk is taken at its end.
 *
 * All own steps fall on even nanoseconds and all interrupts on odd ones, so that no two events of a
 * CPU coincide: the outcome does not depend on how a queue orders equal times.
 *
 * walkers.cpp, walkers.systemc.cpp and walkers.py hold the same numbers.
 */

/** CPU 0, before it interrupts the others: compute and flush, ns. */
export const workNs = 5000 + 1000;
/** A walker: shortest gap and walk, and how many values 2 ns apart each can take. */
export const gapNs = 1000;
export const gapValues = 1000;
export const walkNs = 150;
export const walkValues = 150;
/** The handler on the interrupted CPU, ns. */
export const handlerNs = 500;
/** An interrupt that has arrived is seen 1 ns later: at an odd time. */
export const seenNs = 1;
/** The sender reaches one group of 16 CPUs after the other, ns. */
export const clusterNs = 100;

/** How long an interrupt or an acknowledgement travels between CPU 0 and another CPU, ns. */
export function travelNs(cpu) {
  let hops = 0;
  for (let socket = cpu >> 6; socket > 0; socket >>= 1) hops += socket & 1;
  return 600 + 250 * hops;
}

/** First word of the random stream (xorshift32) of a CPU. */
export function seedOf(cpu) {
  let x = cpu + 1;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x ^= x >>> 16;
  return x === 0 ? 1 : x;
}

/** Simulated ns in which about `events` happen on `cpus` CPUs; odd, so that no step falls on it. */
export function spanNs(cpus, events) {
  const stepsPerNs = 2 / (gapNs + gapValues + walkNs + walkValues);
  const roundNs = workNs + handlerNs + 2 * travelNs(cpus - 1) + (cpus >> 4) * clusterNs;
  return 2 * Math.floor(events / (cpus * (stepsPerNs + 2.5 / roundNs)) / 2) + 1;
}
