/** Reductions keep verdicts; reductions.slow.test.ts asks the same of more programs. */
import { test } from "vitest";
import { expectSameEnds, expectSameVerdicts } from "./randomRuns.ts";

test("random systems have the same verdicts with and without reductions", () => {
  expectSameVerdicts(200, "strong");
});

test("so they have under the weak model", () => {
  expectSameVerdicts(15, "weak");
});

test("random systems end in the same ways with and without reductions", () => {
  expectSameEnds(200);
});
