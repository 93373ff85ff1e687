import { describe, expect, it } from "vitest";
import { contentionCurves, serviceNs } from "../../lib/machine/contention.ts";
import { machine } from "../../lib/machine/machine.ts";

describe("the service time of a shared line", () => {
  for (const name of ["xeon448", "milan166"] as const) {
    const { points } = contentionCurves[name];

    it(`reproduces every shared point of ${name} within 15 %`, () => {
      const shared = points.filter(([cpus]) => cpus >= 2);
      const errors = shared.map(([cpus, published]) => {
        return Math.abs((serviceNs(contentionCurves[name], cpus) * cpus) / published - 1);
      });
      expect(Math.max(...errors)).toBeLessThan(0.15);
      expect(errors.length).toBe(points.length - 1);
    });
  }

  it("is flat on the eight-socket Xeon and triples on Milan", () => {
    const xeon = [1, 2, 16, 64, 420].map((cpus) => serviceNs(contentionCurves.xeon448, cpus));
    const milan = [1, 2, 16, 64, 160].map((cpus) => serviceNs(contentionCurves.milan166, cpus));
    expect(xeon).toEqual([5, 32, 23, 25, 35]);
    expect(milan).toEqual([3, 6, 7, 9, 17]);
  });

  it("is linear between two points and stays beyond the last one", () => {
    expect(serviceNs(contentionCurves.xeon448, 3)).toBe(30);
    expect(serviceNs(contentionCurves.xeon448, 4096)).toBe(35);
  });

  it("is at least one nanosecond", () => {
    const quick = { points: [[1, 0.2]] as const, evidence: "assumed" as const, source: "none" };
    expect(serviceNs(quick, 1)).toBe(1);
  });

  it("grows with sockets and transfers on arm64 and POWER", () => {
    expect(serviceNs(contentionCurves.arm64, 64)).toBe(47);
    expect(serviceNs(contentionCurves.arm64, 128)).toBe(72);
    expect(serviceNs(contentionCurves.power, 192)).toBe(433);
  });
});

describe("a curve given by the user", () => {
  const evidence = "measured";
  const source = "own run";

  it("is used as it is", () => {
    const curve = machine({ contention: { points: [[1, 5]], evidence, source } }).contention;
    expect(curve).toEqual({ points: [[1, 5]], evidence, source });
  });

  it.each([
    [[], "SD001: invalid contention.points: [] (expected pairs of CPUs and ns per increment)"],
    [[[2, 5]], "SD001: invalid contention.points[0][0]: 2 (expected 1…1)"],
    [
      [
        [1, 5],
        [1, 6],
      ],
      "SD001: invalid contention.points[1][0]: 1 (expected at least 2)",
    ],
    [[[1, 0]], "SD001: invalid contention.points[0][1]: 0 (expected 0.001…1000000000000)"],
    [
      [[1]],
      "SD001: invalid contention.points[0]: [1] (expected a pair of CPUs and ns per increment)",
    ],
  ])("is rejected with points %j", (points, message) => {
    const contention = { points, evidence, source } as never;
    expect(() => machine({ contention })).toThrow(message);
  });
});
