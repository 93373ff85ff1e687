import path from "node:path";
import { expect, test } from "vitest";
import { cliFile } from "../../kernel/build.ts";
import { newFolder } from "./folders.ts";
import { digestOf, killed, rowsIn, shootdown, started, until, writeModule } from "./processes.ts";
import { missingPrograms } from "./servers.ts";

const missing = missingPrograms("parallel");
if (missing !== undefined) console.info(`skipped: GNU parallel: ${missing}`);

const [CELLS, SHARES] = [160, 8];

test.skipIf(missing !== undefined)("the recipe for GNU parallel, killed and resumed", async () => {
  const folder = newFolder();
  const [whole, store] = [path.join(folder, "whole"), path.join(folder, "store")];
  const module = writeModule(folder, CELLS);
  await shootdown("sweep", "run", module, "--store", whole).end;
  await shootdown("sweep", "run", module, "--store", store, "--executor", "none").end;
  const options = ["--will-cite", "-j2", "--joblog", path.join(folder, "log"), "--resume-failed"];
  const cell = [process.execPath, cliFile(), "cell", "--quiet", "--store", store];
  const shares = Array.from({ length: SHARES }, (_, i) => `${i}`);
  const args = [...options, ...cell, "--share", `{}/${SHARES}`, ":::", ...shares];
  const env = { ...process.env, PARALLEL_HOME: folder };
  const first = started("parallel", args, { env });
  await until(() => rowsIn(store) >= 10);
  await killed(first);
  expect(rowsIn(store)).toBeLessThan(CELLS);
  const { code, stderr } = await started("parallel", args, { env }).end;
  expect([code, stderr]).toEqual([0, ""]);
  expect(digestOf(store)).toBe(digestOf(whole));
});
