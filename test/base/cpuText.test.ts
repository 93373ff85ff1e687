import { describe, expect, test } from "vitest";
import { CpuMask } from "../../lib/base/cpuMask.ts";
import { formatCpuList, readCpuList, readHexMask } from "../../lib/base/cpuText.ts";

describe("a CPU list", () => {
  test("joins neighbours to ranges", () => {
    expect(formatCpuList([0, 1, 2, 3, 8])).toBe("0-3,8");
    expect(formatCpuList([5])).toBe("5");
    expect(formatCpuList([0, 2, 3])).toBe("0,2-3");
    expect(formatCpuList([])).toBe("");
  });

  test("is read in any order, with blanks and a final line break", () => {
    expect(readCpuList("8, 0-3\n", 16)).toEqual([8, 0, 1, 2, 3]);
    expect(readCpuList("\n", 16)).toEqual([]);
    expect(CpuMask.parseCpuList("3,1-2,2-3", 4).toCpuList()).toBe("1-3");
  });

  test("may take some CPUs of every group, as isolcpus= does", () => {
    expect(readCpuList("0-7:1/2", 8)).toEqual([0, 2, 4, 6]);
    expect(readCpuList("0-10:2/5", 16)).toEqual([0, 1, 5, 6, 10]);
  });

  test("is refused when it is malformed", () => {
    for (const text of ["a", "1-", "-1", "3-1", "1,,2", "1.5", "0-7:3/2", "0-7:0/2", "0-7:1/0"]) {
      expect(() => readCpuList(text, 16)).toThrow("SD006: malformed CPU list");
    }
    expect(() => readCpuList("x", 16)).toThrow(
      'SD006: malformed CPU list: "x" (expected a CPU list such as 0-3,8 or 0-31:1/2)',
    );
  });

  test("is refused when a CPU lies outside, however large", () => {
    expect(() => readCpuList("0-16", 16)).toThrow("SD001: invalid cpu: 16 (expected 0…15)");
    expect(() => readCpuList("0-99999999999999999999", 16)).toThrow("SD001: invalid cpu");
  });
});

describe("a hexadecimal mask", () => {
  test("prints as many digits as its size needs, in words of eight", () => {
    expect(CpuMask.parseCpuList("0-3", 64).toHex()).toBe("00000000,0000000f");
    expect(CpuMask.parseCpuList("0-3", 32).toHex()).toBe("0000000f");
    expect(CpuMask.full(8).toHex()).toBe("ff");
    expect(CpuMask.full(6).toHex()).toBe("3f");
    expect(CpuMask.full(33).toHex()).toBe("1,ffffffff");
    expect(new CpuMask(36).toHex()).toBe("0,00000000");
  });

  test("is read as smp_affinity prints it", () => {
    const mask = CpuMask.parseHexMask("80000000,00000000,0000000F\n");
    expect(mask.size).toBe(96);
    expect(mask.toList()).toEqual([0, 1, 2, 3, 95]);
  });

  test("has four CPUs for each digit", () => {
    expect(readHexMask("f").size).toBe(4);
    expect(readHexMask("01,00000000").size).toBe(40);
  });

  test("is refused when it is malformed or too long", () => {
    for (const text of ["", "0x1", "g", "1,2", ",1", "123456789", "1,00000000,"]) {
      expect(() => readHexMask(text)).toThrow("SD006: malformed CPU mask");
    }
    const long = ["1", ...Array<string>(256).fill("00000000")].join(",");
    expect(() => readHexMask(long)).toThrow("(expected at most 8192 CPUs)");
  });
});
