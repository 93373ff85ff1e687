/** Translations: which questions judge them, and hardware walkers of page tables. */
import { describe, expect, test } from "vitest";
import * as sd from "../../../lib/index.ts";
import { ask, inShort, linux } from "./ask.ts";

test("under weak the verdict says how translations are ordered", async () => {
  const asked = ask({
    scenario: sd.scenario.batchedUnmapVsMprotect(),
    linux: sd.linux(),
    machine: sd.machines.kunpeng920,
    cpus: 3,
    memoryModel: "weak",
  });
  const verdict = await sd.check(asked);
  expect(verdict.outcome).toBe("holds");
  expect(verdict.bounds.join()).toContain("any write barrier orders an invalidation");
});

describe("hardware walkers hold no translation into a table that is given away (P-HW)", () => {
  const places = {
    native: {},
    kvm: { backend: sd.backend.kvm() },
    hyperv: { backend: sd.backend.hyperv() },
    invlpgb: { machine: sd.machines.turin },
  };
  test.each(Object.entries(places))("%s", async (_, where) => {
    const asked = ask({
      scenario: sd.scenario.collapseVsGupFast(),
      linux: linux(sd.tableSync.targeted()),
      hardwareWalkers: true,
      ...where,
    });
    const verdict = await sd.check(asked);
    expect([verdict.outcome, verdict.properties]).toEqual(["holds", ["P-UAF", "P-HW", "P-LIVE"]]);
  });

  test("a CPU that the flush misses keeps one", async () => {
    const asked = ask({
      scenario: sd.scenario.collapseVsGupFast({ walkers: "outside" }),
      linux: linux(sd.tableSync.broadcast()),
      hardwareWalkers: true,
    });
    expect(inShort(await sd.check(asked))).toBe("violated P-HW");
  });

  test("where there is no entry to follow, they are refused", async () => {
    const asked = ask({
      scenario: sd.scenario.unshare(),
      linux: linux(sd.tableSync.broadcast()),
      cpus: 3,
      hardwareWalkers: true,
    });
    await expect(sd.check(asked)).rejects.toThrow("SD004");
  });
});
