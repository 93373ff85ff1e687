import { test } from "vitest";
import { expectSameEnds, expectSameVerdicts } from "./randomRuns.ts";

test("3,000 random systems have the same verdicts with and without reductions", () => {
  expectSameVerdicts(3_000, "strong");
});

test("so have 2,000 under the weak model", () => {
  expectSameVerdicts(2_000, "weak");
});

test("3,000 random systems end in the same ways with and without reductions", () => {
  expectSameEnds(3_000);
});
