import { describe, expect, it } from "vitest";
import { machines } from "../../lib/machine/presets.ts";
import {
  coreOf,
  distanceClass,
  hopTable,
  nodeOf,
  socketHops,
  socketOf,
} from "../../lib/machine/topology.ts";

const { xeon448, power9 } = machines;

describe("CPU numbers", () => {
  it("count the first threads of all x86 cores, then the second threads", () => {
    expect([0, 27, 28, 223, 224, 251, 252, 447].map((cpu) => socketOf(xeon448, cpu))).toEqual([
      0, 0, 1, 7, 0, 0, 1, 7,
    ]);
    expect([0, 224, 1, 225].map((cpu) => coreOf(xeon448, cpu))).toEqual([0, 0, 1, 1]);
  });

  it("count the threads of a POWER core one after the other", () => {
    expect([0, 3, 4, 71, 72, 143].map((cpu) => coreOf(power9, cpu))).toEqual([0, 0, 1, 17, 18, 35]);
    expect([0, 71, 72, 143].map((cpu) => nodeOf(power9, cpu))).toEqual([0, 0, 1, 1]);
  });
});

describe("distance", () => {
  it("tells CPU, core, socket and the rest of the machine", () => {
    expect(distanceClass(xeon448, 5, 5)).toBe("self");
    expect(distanceClass(xeon448, 0, 224)).toBe("core");
    expect(distanceClass(xeon448, 0, 27)).toBe("socket");
    expect(distanceClass(xeon448, 0, 28)).toBe("remote");
  });

  it("counts hops by the rank of the NUMA distance", () => {
    expect(socketHops(xeon448, 0, 27)).toBe(0);
    expect(socketHops(xeon448, 0, 28)).toBe(1);
    expect(socketHops(xeon448, 0, 223)).toBe(2);
    expect(socketHops(xeon448, 223, 0)).toBe(2);
  });

  it("is one hop between two sockets whatever firmware calls the distance", () => {
    const distances = [
      [10, 32],
      [32, 10],
    ];
    expect(hopTable(power9.with({ distances }).distances)).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});
