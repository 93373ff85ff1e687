import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { machine } from "../../lib/machine/machine.ts";
import { machines } from "../../lib/machine/presets.ts";
import { cpusOf, fitShape } from "../../lib/machine/shape.ts";

const shape = (options: Parameters<typeof machine>[0]) => {
  const { sockets, coresPerSocket, threadsPerCore, cpus } = machine(options);
  return [sockets, coresPerSocket, threadsPerCore, cpus];
};

describe("the size of a machine", () => {
  it("is the product of its parts", () => {
    expect(shape({ sockets: 2, coresPerSocket: 20, threadsPerCore: 2 })).toEqual([2, 20, 2, 80]);
    expect(shape({})).toEqual([1, 64, 1, 64]);
  });

  it("decides the part that is left out", () => {
    expect(shape({ cpus: 128, sockets: 2 })).toEqual([2, 64, 1, 128]);
    expect(shape({ cpus: 128, coresPerSocket: 32 })).toEqual([4, 32, 1, 128]);
    expect(shape({ cpus: 128, sockets: 1, coresPerSocket: 64 })).toEqual([1, 64, 2, 128]);
    expect(shape({ cpus: 128, threadsPerCore: 2 })).toEqual([1, 64, 2, 128]);
  });
});

describe("a machine of another size", () => {
  it("has more sockets of the same kind when that comes out even", () => {
    expect(fitShape({ sockets: 1, coresPerSocket: 64, threadsPerCore: 1 }, 256)).toEqual({
      sockets: 4,
      coresPerSocket: 64,
      threadsPerCore: 1,
    });
  });

  it("has one smaller socket when it is smaller than a socket", () => {
    expect(fitShape({ sockets: 2, coresPerSocket: 64, threadsPerCore: 2 }, 8)).toEqual({
      sockets: 1,
      coresPerSocket: 4,
      threadsPerCore: 2,
    });
  });

  it("has fewer threads when they do not divide, and sockets that divide the cores", () => {
    expect(fitShape({ sockets: 8, coresPerSocket: 28, threadsPerCore: 2 }, 315)).toEqual({
      sockets: 15,
      coresPerSocket: 21,
      threadsPerCore: 1,
    });
  });

  it("has exactly the CPUs asked for, at every size", () => {
    for (const base of [machines.icelake64, machines.xeon448, machines.power10Lpar]) {
      for (let cpus = 1; cpus <= 4096; cpus++) {
        const fitted = fitShape(base, cpus);
        const whole = Object.values(fitted).every((part) => Number.isInteger(part) && part >= 1);
        expect(whole && fitted.sockets <= 64 && cpusOf(fitted) === cpus, `${cpus}`).toBe(true);
      }
    }
  });

  it("is a valid machine at any size", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(machines.icelake64, machines.xeon448, machines.power10Lpar),
        fc.integer({ min: 1, max: 4096 }),
        (base, cpus) => {
          const other = base.withCpus(cpus);
          expect(other.cpus).toBe(cpus);
          expect(other.name).toBe(base.name);
          expect(other.distances.length).toBe(other.sockets);
        },
      ),
    );
  });

  it("keeps the distances between the sockets that stay", () => {
    expect(machines.xeon448.withCpus(280).distances).toEqual([
      [10, 21, 21, 21, 31],
      [21, 10, 21, 21, 31],
      [21, 21, 10, 21, 31],
      [21, 21, 21, 10, 31],
      [31, 31, 31, 31, 10],
    ]);
  });

  it("keeps the isolated CPUs it still has", () => {
    const isolating = machine({ isolated: "2-63" });
    expect(isolating.withCpus(4).isolated).toEqual([2, 3]);
    expect(isolating.withCpus(128).isolated.length).toBe(62);
  });
});
