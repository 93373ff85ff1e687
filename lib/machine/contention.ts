/**
 * What a contended cache line costs. A line that many CPUs write is a queue with one server: while
 * it bounces between n CPUs it serves one increment each `serviceNs(curve, n)` nanoseconds.
 */
import { checkInteger, checkKeys, checkNumber, checkOneOf, checkString } from "../base/check.ts";
import { invalid } from "../base/messages.ts";
import { deepFreeze } from "../base/value.ts";
import { type Evidence, evidences } from "./costs.ts";

/** CPUs that increment one line, and ns from one increment of a CPU to its next. */
export type ContentionPoint = readonly [cpus: number, nsPerIncrement: number];

/** Measured or assumed behaviour of one shared line; points ascend in CPUs and start at one CPU. */
export interface ContentionCurve {
  readonly points: readonly ContentionPoint[];
  readonly evidence: Evidence;
  readonly source: string;
}

/**
 * ns from one increment of the line to the next one, whoever makes it, while `cpusSharing` CPUs
 * increment it: an integer, at least 1. Between two points the service time is linear; beyond the
 * last one it stays, so that the wait of one CPU grows with the number of CPUs.
 */
export function serviceNs(curve: ContentionCurve, cpusSharing: number): number {
  return Math.max(1, Math.floor(exactServiceNs(curve.points, cpusSharing) + 0.5));
}

function exactServiceNs(points: readonly ContentionPoint[], cpusSharing: number): number {
  let left = points[0]!;
  for (const right of points) {
    if (right[0] >= cpusSharing) return between(left, right, cpusSharing);
    left = right;
  }
  return left[1] / left[0];
}

function between(left: ContentionPoint, right: ContentionPoint, cpus: number): number {
  const rightNs = right[1] / right[0];
  if (left === right || cpus === right[0]) return rightNs;
  const leftNs = left[1] / left[0];
  return leftNs + ((cpus - left[0]) / (right[0] - left[0])) * (rightNs - leftNs);
}

/**
 * `curve` checked, as plain data. Throws SD001 for points that do not ascend from one CPU or have
 * no positive time, SD002 or SD003 for other fields.
 */
export function checkContention(curve: ContentionCurve): ContentionCurve {
  checkKeys("contention", curve, ["points", "evidence", "source"]);
  if (!Array.isArray(curve.points) || curve.points.length === 0) {
    throw invalid("contention.points", curve.points, "pairs of CPUs and ns per increment");
  }
  return {
    points: curve.points.map((_, index) => checkPoint(curve.points, index)),
    evidence: checkOneOf("contention.evidence", curve.evidence, evidences),
    source: checkString("contention.source", curve.source),
  };
}

function checkPoint(points: readonly ContentionPoint[], index: number): ContentionPoint {
  const field = `contention.points[${index}]`;
  const point = points[index];
  if (!Array.isArray(point) || point.length !== 2) {
    throw invalid(field, point, "a pair of CPUs and ns per increment");
  }
  const previous = points[index - 1];
  const fewest = previous === undefined ? 1 : previous[0] + 1;
  const cpus = checkInteger(`${field}[0]`, point[0], fewest, previous === undefined ? 1 : Infinity);
  return [cpus, checkNumber(`${field}[1]`, point[1], 0.001, 1e12)];
}

/** Names of the curves in {@link contentionCurves}. */
export type ContentionName = "xeon448" | "milan166" | "arm64" | "power";

/** Known curves. Those of x86 are the data set count_atomic of [perfbook]. */
export const contentionCurves: Readonly<Record<ContentionName, ContentionCurve>> = deepFreeze({
  xeon448: {
    points: [
      [1, 4.83],
      [2, 63.9],
      [4, 113],
      [8, 203],
      [16, 372],
      [32, 705],
      [64, 1586],
      [96, 2665],
      [128, 3766],
      [192, 6052],
      [256, 8699],
      [320, 11_636],
      [420, 14_820],
    ],
    evidence: "cited",
    source: "[perfbook] count_atomic:u, eight Xeon Platinum 8176, 448 CPUs",
  },
  milan166: {
    points: [
      [1, 2.53],
      [2, 11.2],
      [4, 24.9],
      [8, 51.7],
      [16, 115.5],
      [32, 268],
      [48, 429],
      [64, 584],
      [96, 992],
      [128, 1605],
      [160, 2672],
    ],
    evidence: "cited",
    source: "[perfbook] count_atomic:u, AMD Milan VM, 166 CPUs",
  },
  arm64: {
    points: [
      [1, 10],
      [2, 94],
      [64, 3008],
      [128, 9216],
    ],
    evidence: "assumed",
    source: "one line transfer an increment: [core2core] Graviton2 47 ns, Kunpeng 920 72 ns",
  },
  power: {
    points: [
      [1, 15],
      [2, 334],
      [192, 83_136],
    ],
    evidence: "assumed",
    source: "one line transfer an increment: [core2core] two POWER7, 167 ns near, 433 ns median",
  },
});
