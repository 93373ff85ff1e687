import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { finishProgram } from "../../lib/steps/builder.ts";
import type { Program } from "../../lib/steps/instructions.ts";
import { listing } from "../../lib/steps/listing.ts";
import { stepNames } from "../../lib/steps/mutation.ts";
import { nameSteps } from "../../lib/steps/names.ts";
import { renameSteps } from "../../lib/steps/walk.ts";
import { anyProgram } from "./programs.ts";

function forAny(check: (one: Program) => void): void {
  fc.assert(fc.property(anyProgram, check), { numRuns: 200 });
}

describe("any program", () => {
  test("survives JSON, structured clone and canonical JSON", () => {
    forAny((one) => {
      const text = canonicalJson(one);
      const revived = finishProgram(JSON.parse(text) as Program);
      expect(revived).toEqual(one);
      expect(canonicalJson(finishProgram(structuredClone(one)))).toBe(text);
    });
  });

  test("has a listing with one line for each of its steps, and no undefined in it", () => {
    forAny((one) => {
      const text = listing(one, { names: true, handlers: false });
      const lines = text.split("\n").filter((line) => line.includes("["));
      expect(lines.length).toBeGreaterThanOrEqual(stepNames(one).length);
      expect(text).not.toMatch(/undefined|\[object/);
    });
  });

  test("has unique names, which naming again keeps", () => {
    forAny((one) => {
      const names = stepNames(one);
      expect(new Set(names).size).toBe(names.length);
      expect(nameSteps(one.steps)).toEqual(one.steps);
    });
  });

  test("comes back when it is renamed and renamed back", () => {
    forAny((one) => {
      const there = renameSteps(one.steps, {
        register: (name) => `x${name}`,
        mask: (name) => `x${name}`,
        section: (name) => `x${name}`,
      });
      const back = renameSteps(there, {
        register: (name) => name.slice(1),
        mask: (name) => name.slice(1),
        section: (name) => name.slice(1),
      });
      expect(back).toEqual(one.steps);
    });
  });
});
