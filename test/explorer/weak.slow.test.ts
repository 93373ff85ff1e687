import { test } from "vitest";
import { expectAxiomaticFinals, expectMergedFinals, expectMoreBehaviours } from "./randomRuns.ts";

test("whatever SC shows x86-TSO shows, and whatever that shows weak shows", () => {
  expectMoreBehaviours(2_000);
});

test("merging changes no outcome of any model", () => {
  expectMergedFinals(1_000);
});

test("without atomics, weak shows exactly what the axioms of Arm's model allow", () => {
  expectAxiomaticFinals(2_000);
});
