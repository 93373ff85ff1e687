import { expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import { of, program } from "../../lib/steps/builder.ts";
import { entry, sync, tracked, walker, walking } from "./trackers.ts";

const source = "test";
const nothing = program("nothing", { source }, (k) => k.work("callEmpty"));

/** The sync of the tracker, whose targets are all CPUs less those that do not walk. */
const byExclusion = program("sync", { source }, (k) => {
  k.exchange(of(entry, 0), 0);
  k.ghost("detach", 0);
  k.emptyMask("quiet");
  k.forEachCpu("cpu", "online", () => {
    k.load("walks", of(walking, "cpu"));
    k.if("walks", "==", 0, () => k.addCpu("quiet", "cpu"));
  });
  k.copyMask("targets", "online");
  k.removeMask("targets", "quiet");
  k.crossCall("targets", nothing);
  k.awaitCalls();
  k.ghost("free", 0);
});

/** The same, with everybody excluded. */
const toNobody = program("sync", { source }, (k) => {
  k.exchange(of(entry, 0), 0);
  k.ghost("detach", 0);
  k.copyMask("targets", "online");
  k.removeMask("targets", "online");
  k.crossCall("targets", nothing);
  k.awaitCalls();
  k.ghost("free", 0);
});

test("a mask without the CPUs of another one is what adding the rest one by one gives", () => {
  for (const walkers of [1, 2]) {
    const programs = { walker: walker("full"), sync: byExclusion };
    const one = explore(tracked("x86-tso", walkers, programs));
    const other = explore(
      tracked("x86-tso", walkers, { walker: walker("full"), sync: sync({ clear: "exchange" }) }),
    );
    expect([one.outcome, other.outcome]).toEqual(["holds", "holds"]);
  }
});

test("nobody is told when all CPUs are excluded, and the table is used after it was freed", () => {
  const found = explore(tracked("sc", 1, { walker: walker("full"), sync: toNobody }));
  expect(found.violation).toMatchObject({ property: "P-UAF" });
});
