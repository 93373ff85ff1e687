import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CpuMask } from "../../lib/base/cpuMask.ts";

describe("a new mask", () => {
  test("is empty and knows its size", () => {
    const mask = new CpuMask(70);
    expect(mask.size).toBe(70);
    expect(mask.isEmpty()).toBe(true);
    expect(mask.count()).toBe(0);
    expect(mask.first()).toBe(-1);
    expect(mask.toList()).toEqual([]);
  });

  test("holds the CPUs it was made of", () => {
    const mask = CpuMask.of(64, [63, 0, 5, 5]);
    expect(mask.toList()).toEqual([0, 5, 63]);
    expect(mask.count()).toBe(3);
    expect(mask.isEmpty()).toBe(false);
  });

  test("can hold all CPUs, and no bit more", () => {
    expect(CpuMask.full(33).count()).toBe(33);
    expect([...CpuMask.full(33).words]).toEqual([0xffffffff, 1]);
    expect([...CpuMask.full(64).words]).toEqual([0xffffffff, 0xffffffff]);
  });

  test("has 1 to 8192 CPUs", () => {
    expect(new CpuMask(8192).words.length).toBe(256);
    expect(() => new CpuMask(0)).toThrow("SD001: invalid mask size: 0 (expected 1…8192)");
    expect(() => new CpuMask(8193)).toThrow("SD001");
    expect(() => new CpuMask(1.5)).toThrow("SD001");
  });
});

describe("a CPU", () => {
  test("can be set, asked for and cleared", () => {
    const mask = new CpuMask(40);
    mask.set(31);
    mask.set(32);
    mask.clear(31);
    expect(mask.has(31)).toBe(false);
    expect(mask.has(32)).toBe(true);
  });

  test("must lie inside the mask", () => {
    const mask = new CpuMask(40);
    expect(() => mask.set(40)).toThrow("SD001: invalid cpu: 40 (expected 0…39)");
    expect(() => mask.clear(-1)).toThrow("SD001: invalid cpu: -1 (expected 0…39)");
    expect(() => mask.has(0.5)).toThrow("SD001: invalid cpu: 0.5 (expected 0…39)");
    expect(() => mask.next(-2)).toThrow("SD001: invalid cpu: -2 (expected -1…39)");
    expect(() => mask.next(40)).toThrow("SD001: invalid cpu: 40 (expected -1…39)");
    expect(() => CpuMask.of(4, [4])).toThrow("SD001: invalid cpu: 4 (expected 0…3)");
  });

  test("is found by walking with next", () => {
    const mask = CpuMask.of(128, [0, 31, 32, 127]);
    expect([-1, 0, 31, 32, 127].map((cpu) => mask.next(cpu))).toEqual([0, 31, 32, 127, -1]);
  });
});

describe("two masks", () => {
  const low = () => CpuMask.of(40, [0, 1, 33]);
  const high = () => CpuMask.of(40, [1, 33, 39]);

  test("combine in place and return the changed mask", () => {
    expect(low().or(high()).toList()).toEqual([0, 1, 33, 39]);
    expect(low().and(high()).toList()).toEqual([1, 33]);
    expect(low().andNot(high()).toList()).toEqual([0]);
    expect(low().copyFrom(high()).toList()).toEqual([1, 33, 39]);
  });

  test("are independent after clone", () => {
    const mask = low();
    const copy = mask.clone();
    copy.set(20);
    expect(mask.toList()).toEqual([0, 1, 33]);
    expect(copy.toList()).toEqual([0, 1, 20, 33]);
  });

  test("are equal when size and CPUs are", () => {
    expect(low().equals(low())).toBe(true);
    expect(low().equals(high())).toBe(false);
    expect(new CpuMask(33).equals(new CpuMask(34))).toBe(false);
  });

  test("must have the same size to combine", () => {
    expect(() => low().or(new CpuMask(41))).toThrow("SD001: invalid mask size: 41 (expected 40)");
  });
});

test("a mask behaves like a set of numbers", () => {
  const size = 100;
  const cpus = fc.uniqueArray(fc.nat(size - 1));
  fc.assert(
    fc.property(cpus, cpus, (a, b) => {
      const ascending = (list: number[]) => [...list].sort((x, y) => x - y);
      const mask = CpuMask.of(size, a);
      const other = CpuMask.of(size, b);
      expect(mask.toList()).toEqual(ascending(a));
      expect(mask.count()).toBe(a.length);
      expect(mask.clone().or(other).toList()).toEqual(ascending([...new Set([...a, ...b])]));
      expect(mask.clone().and(other).toList()).toEqual(ascending(a.filter((c) => b.includes(c))));
      expect(mask.clone().andNot(other).toList()).toEqual(
        ascending(a.filter((c) => !b.includes(c))),
      );
    }),
  );
});

test("a mask survives both text forms", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.nat(299)), (size, cpus) => {
      const mask = CpuMask.of(
        size,
        cpus.filter((cpu) => cpu < size),
      );
      expect(CpuMask.parseCpuList(mask.toCpuList(), size).equals(mask)).toBe(true);
      const hex = CpuMask.parseHexMask(mask.toHex());
      expect(hex.size).toBe(4 * Math.ceil(size / 4));
      expect(hex.toList()).toEqual(mask.toList());
    }),
  );
});
