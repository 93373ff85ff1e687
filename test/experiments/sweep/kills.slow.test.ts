import path from "node:path";
import { expect, test } from "vitest";
import { newFolder } from "./folders.ts";
import { killOften } from "./kills.ts";
import { digestOf, shootdown, writeModule } from "./processes.ts";

test("a coordinator that is killed fifty times loses no row and changes none", async () => {
  const folder = newFolder();
  const { made, lost, digest } = await killOften(folder, 50, 2_000);
  expect({ made, lost }).toEqual({ made: 50, lost: 0 });
  const whole = path.join(folder, "whole");
  await shootdown("sweep", "run", writeModule(folder), "--store", whole).end;
  expect(digest).toBe(digestOf(whole));
});
