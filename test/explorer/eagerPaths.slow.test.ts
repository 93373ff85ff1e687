import { test } from "vitest";
import { expectPaths } from "./randomRuns.ts";

test("every run of 3,000 random programs is a path of the graph", () => {
  expectPaths(3_000);
});
