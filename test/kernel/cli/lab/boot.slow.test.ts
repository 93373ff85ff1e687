/**
 * A real kernel in QEMU: SHOOTDOWN_LAB_KERNEL names its image.
 * `SHOOTDOWN_LAB_KERNEL=bzImage npm run test:slow -- test/kernel/cli/lab`.
 */
import path from "node:path";
import { expect, it } from "vitest";
import { runCommand } from "../../../../kernel/cli/command.ts";
import { labCommand } from "../../../../kernel/cli/lab/main.ts";
import { agreementOf, validate } from "../../../../lib/experiments/validate.ts";
import { labCsv } from "../../../../lib/observed/labCsv.ts";
import { testFolder } from "../../notebooks.ts";

const kernel = process.env.SHOOTDOWN_LAB_KERNEL;

it("the model agrees with what a booted kernel counts", async ({ skip }) => {
  if (kernel === undefined) {
    console.info("skipped: SHOOTDOWN_LAB_KERNEL names no kernel image");
    return skip("no kernel image");
  }
  const out = path.join(testFolder("lab-boot"), "own.csv");
  const cases = ["--cpus", "2,4", "--cases", "collapse,munmap,mprotect", "--limit", "900"];
  expect(await runCommand(labCommand, ["run", "--kernel", kernel, ...cases, "--out", out])).toBe(0);
  const { rows, runs, uncoveredRuns } = validate(labCsv.read(out));
  expect([runs, uncoveredRuns.length]).toEqual([66, 0]);
  const flushes = agreementOf(rows, "flush");
  expect(flushes.exact).toBe(flushes.runs);
  expect(agreementOf(rows, "call", "net").below).toBe(0);
});
