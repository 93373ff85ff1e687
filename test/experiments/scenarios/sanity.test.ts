/** What must pass on every backend: without it the mutants that fail mean little (G.1, G.5). */
import { expect, test } from "vitest";
import * as sd from "../../../lib/index.ts";
import { ask, inShort, linux } from "./ask.ts";

const { backend, tableSync } = sd;
const backends = [backend.native(), backend.kvm(), backend.hyperv(), backend.xenPv()];

test.each(backends.map((one) => [one.label(), one] as const))("%s", async (_, where) => {
  const scenario = sd.scenario.collapseVsGupFast();
  for (const policy of [tableSync.broadcast(), tableSync.rcu(), tableSync.targeted()]) {
    const one = ask({ scenario, backend: where, linux: linux(policy) });
    expect([policy.name, inShort(await sd.check(one))]).toEqual([policy.name, "holds"]);
  }
});
