import { describe, expect, test } from "vitest";
import {
  checkBoolean,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOneOf,
  checkSeed,
  checkString,
} from "../../lib/base/check.ts";
import { ShootdownError } from "../../lib/base/messages.ts";

describe("checkInteger", () => {
  test("returns an integer inside the range, both ends included", () => {
    expect(checkInteger("cpus", 1, 1, 4096)).toBe(1);
    expect(checkInteger("cpus", 4096, 1, 4096)).toBe(4096);
  });

  test("turns -0 into 0", () => {
    expect(Object.is(checkInteger("delay", -0, 0, 10), 0)).toBe(true);
  });

  test("names the range when an integer lies outside it", () => {
    expect(() => checkInteger("cpus", 0, 1, 4096)).toThrow(
      "SD001: invalid cpus: 0 (expected 1…4096)",
    );
    expect(() => checkInteger("cpus", -1, 0, Infinity)).toThrow(
      "SD001: invalid cpus: -1 (expected at least 0)",
    );
    expect(() => checkInteger("cpus", 9, -Infinity, 8)).toThrow(
      "SD001: invalid cpus: 9 (expected at most 8)",
    );
  });

  test("asks for an integer when the value is something else", () => {
    expect(() => checkInteger("cpus", 1.5, 1, 4)).toThrow(
      "SD001: invalid cpus: 1.5 (expected an integer 1…4)",
    );
    expect(() => checkInteger("cpus", NaN, 1, 4)).toThrow(
      "SD001: invalid cpus: NaN (expected an integer 1…4)",
    );
    expect(() => checkInteger("cpus", "4", -Infinity, Infinity)).toThrow(
      'SD001: invalid cpus: "4" (expected an integer)',
    );
  });

  test("calls an undefined value missing", () => {
    expect(() => checkInteger("cpus", undefined, 1, 4)).toThrow(
      "SD003: missing cpus (expected an integer 1…4)",
    );
  });

  test("carries code, field, value and expectation for programs", () => {
    const error = thrownBy(() => checkInteger("cpus", 0, 1, 4096));
    expect(error).toBeInstanceOf(ShootdownError);
    expect(error).toMatchObject({
      code: "SD001",
      field: "cpus",
      value: 0,
      expected: "1…4096",
    });
  });
});

describe("checkNumber", () => {
  test("returns fractions inside the range and turns -0 into 0", () => {
    expect(checkNumber("share", 0.25, 0, 1)).toBe(0.25);
    expect(Object.is(checkNumber("share", -0, 0, 1), 0)).toBe(true);
  });

  test("refuses numbers outside the range and what is no finite number", () => {
    expect(() => checkNumber("share", 1.01, 0, 1)).toThrow(
      "SD001: invalid share: 1.01 (expected 0…1)",
    );
    expect(() => checkNumber("share", Infinity, 0, Infinity)).toThrow(
      "SD001: invalid share: Infinity (expected a finite number at least 0)",
    );
    expect(() => checkNumber("share", null, -Infinity, Infinity)).toThrow(
      "SD001: invalid share: null (expected a finite number)",
    );
    expect(() => checkNumber("share", undefined, 0, 1)).toThrow("SD003: missing share");
  });
});

describe("checkOneOf", () => {
  test("returns a known name", () => {
    expect(checkOneOf("idle", "halt", ["halt", "polling"])).toBe("halt");
  });

  test("suggests the nearest name for an unknown one", () => {
    expect(() => checkOneOf("idle", "poling", ["halt", "polling"])).toThrow(
      'SD002: unknown idle: "poling" (expected halt, polling; did you mean "polling"?)',
    );
  });

  test("calls an undefined name missing", () => {
    expect(() => checkOneOf("idle", undefined, ["halt", "polling"])).toThrow(
      "SD003: missing idle (expected halt, polling)",
    );
  });
});

describe("checkKeys", () => {
  test("accepts any part of the allowed keys", () => {
    expect(() => checkKeys("machine", {}, ["arch", "cpus"])).not.toThrow();
    expect(() => checkKeys("machine", { cpus: 4 }, ["arch", "cpus"])).not.toThrow();
  });

  test("refuses an unknown key, even with an undefined value, and suggests the nearest", () => {
    expect(() => checkKeys("machine", { cpu: undefined }, ["arch", "cpus"])).toThrow(
      'SD002: unknown machine option: "cpu" (expected arch, cpus; did you mean "cpus"?)',
    );
  });

  test("refuses what is no options object", () => {
    expect(() => checkKeys("machine", [], ["arch", "cpus"])).toThrow(
      "SD001: invalid machine options: [] (expected an object with arch, cpus)",
    );
    expect(() => checkKeys("machine", null, ["arch"])).toThrow("SD001");
    expect(() => checkKeys("machine", undefined, ["arch"])).toThrow("SD003");
  });
});

describe("checkSeed", () => {
  test("accepts 0 to 2^53-1", () => {
    expect(checkSeed(0)).toBe(0);
    expect(checkSeed(9007199254740991)).toBe(9007199254740991);
  });

  test("refuses negative, larger and fractional seeds", () => {
    for (const seed of [-1, 9007199254740992, 0.5, NaN, "1"]) {
      expect(() => checkSeed(seed)).toThrow("SD001: invalid seed");
    }
    expect(() => checkSeed(undefined)).toThrow("SD003: missing seed");
  });
});

describe("checkBoolean and checkString", () => {
  test("return what they accept", () => {
    expect(checkBoolean("eager", false)).toBe(false);
    expect(checkString("name", "")).toBe("");
  });

  test("refuse everything else", () => {
    expect(() => checkBoolean("eager", 0)).toThrow(
      "SD001: invalid eager: 0 (expected true or false)",
    );
    expect(() => checkBoolean("eager", undefined)).toThrow("SD003: missing eager");
    expect(() => checkString("name", 7)).toThrow("SD001: invalid name: 7 (expected a string)");
    expect(() => checkString("name", undefined)).toThrow("SD003: missing name");
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
