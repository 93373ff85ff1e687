/** Sizes of a machine: sockets × cores × threads, and how a machine takes another size. */
import { checkInteger } from "../base/check.ts";
import { impossible, invalid } from "../base/messages.ts";
import { type ArchKind, threadCounts } from "./arch.ts";

/** How many of each; `sockets * coresPerSocket * threadsPerCore` CPUs. */
export interface Shape {
  readonly sockets: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
}

/** Parts of a shape that somebody asked for. */
export type ShapeRequest = {
  readonly [Part in keyof Shape | "cpus"]?: number | undefined;
};

/** Most CPUs of a machine. */
export const maxMachineCpus = 4096;

/** Most sockets of a machine. */
export const maxSockets = 64;

/** CPUs of a shape. */
export function cpusOf(shape: Shape): number {
  return shape.sockets * shape.coresPerSocket * shape.threadsPerCore;
}

/**
 * The shape that answers `request`, like `base` where the request is silent. With `cpus` and some
 * parts the missing part follows; with `cpus` alone see {@link fitShape}. Throws SD001 for a number
 * out of range, SD004 for parts that do not multiply to `cpus`.
 */
export function completeShape(request: ShapeRequest, base: Shape, kind: ArchKind): Shape {
  checkRequest(request, kind);
  const { sockets, coresPerSocket, threadsPerCore, cpus } = request;
  if (cpus === undefined) return checkProduct(merge(request, base), kind);
  if (sockets !== undefined || coresPerSocket !== undefined) {
    return checkMatch(solve(request, cpus, base.threadsPerCore), cpus, kind);
  }
  const shape = fitShape(merge(request, base), cpus);
  if (threadsPerCore === undefined || threadsPerCore === shape.threadsPerCore) {
    return checkProduct(shape, kind);
  }
  throw impossible("cpus", cpus, `no multiple of threadsPerCore ${threadsPerCore}`);
}

/**
 * A shape of `cpus` CPUs like `base`: the same threads when they divide, then as many sockets of
 * the same size as it takes. When that does not come out, the sockets are the divisor of the cores
 * that is nearest to it (at most 64), and the cores of a socket follow.
 */
export function fitShape(base: Shape, cpus: number): Shape {
  const threadsPerCore = dividingThreads(base.threadsPerCore, cpus);
  const cores = cpus / threadsPerCore;
  const wanted = Math.min(maxSockets, Math.ceil(cores / base.coresPerSocket));
  let sockets = 1;
  for (let count = 1; count <= maxSockets; count++) {
    if (cores % count !== 0) continue;
    if (Math.abs(count - wanted) <= Math.abs(sockets - wanted)) sockets = count;
  }
  return { sockets, coresPerSocket: cores / sockets, threadsPerCore };
}

function dividingThreads(threads: number, cpus: number): number {
  return cpus % threads === 0 ? threads : dividingThreads(threads / 2, cpus);
}

/** Fills the one missing part of a request that names sockets or cores. */
function solve(request: ShapeRequest, cpus: number, usualThreads: number): Shape {
  const { sockets, coresPerSocket } = request;
  if (sockets !== undefined && coresPerSocket !== undefined) {
    const threadsPerCore = request.threadsPerCore ?? cpus / (sockets * coresPerSocket);
    return { sockets, coresPerSocket, threadsPerCore };
  }
  const threadsPerCore = request.threadsPerCore ?? dividingThreads(usualThreads, cpus);
  const others = cpus / threadsPerCore;
  if (sockets !== undefined) return { sockets, coresPerSocket: others / sockets, threadsPerCore };
  return { sockets: others / coresPerSocket!, coresPerSocket: coresPerSocket!, threadsPerCore };
}

function merge(request: ShapeRequest, base: Shape): Shape {
  return {
    sockets: request.sockets ?? base.sockets,
    coresPerSocket: request.coresPerSocket ?? base.coresPerSocket,
    threadsPerCore: request.threadsPerCore ?? base.threadsPerCore,
  };
}

function checkRequest(request: ShapeRequest, kind: ArchKind): void {
  const { sockets, coresPerSocket, threadsPerCore, cpus } = request;
  if (cpus !== undefined) checkInteger("cpus", cpus, 1, maxMachineCpus);
  if (sockets !== undefined) checkInteger("sockets", sockets, 1, maxSockets);
  if (coresPerSocket !== undefined) {
    checkInteger("coresPerSocket", coresPerSocket, 1, maxMachineCpus);
  }
  if (threadsPerCore !== undefined) checkThreads(threadsPerCore, kind);
}

function checkThreads(threads: number, kind: ArchKind): void {
  const counts = threadCounts(kind);
  if (!counts.includes(threads)) {
    throw invalid("threadsPerCore", threads, `${counts.join(", ")} on ${kind}`);
  }
}

function checkProduct(shape: Shape, kind: ArchKind): Shape {
  checkThreads(shape.threadsPerCore, kind);
  const cpus = cpusOf(shape);
  if (cpus <= maxMachineCpus) return shape;
  throw invalid("cpus", cpus, `1…${maxMachineCpus}, the product of sockets, cores and threads`);
}

function checkMatch(shape: Shape, cpus: number, kind: ArchKind): Shape {
  const { sockets, coresPerSocket, threadsPerCore } = shape;
  const exact = Object.values(shape).every(Number.isInteger) && cpusOf(shape) === cpus;
  if (exact && sockets <= maxSockets) return checkProduct(shape, kind);
  const product = `${sockets} × ${coresPerSocket} × ${threadsPerCore}`;
  throw impossible("cpus", cpus, `sockets × cores × threads would be ${product}`);
}
