/** What a wait for broadcast invalidations completes, and CPUs that seem done before they are. */
import { describe, expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import type { LaneSpec, SystemSpec } from "../../lib/explorer/system.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { Program, Variable } from "../../lib/steps/instructions.ts";
import { entry } from "./trackers.ts";

const source = "test";

/** CPUs that seem done early. */
const active: Variable = {
  name: "active",
  scope: "global",
  holds: "mask",
  initial: 0,
  meaning: "CPUs that seem done early",
};

const sent: Variable = { ...active, name: "sent", holds: "number", meaning: "1 once it went out" };

const write = (steps: (k: Builder) => void): Program => program("issuer", { source }, steps);
const nothing = program("nothing", { source }, (k) => k.work("callEmpty"));

function outcomeOf(
  threads: readonly Program[],
  more: Partial<SystemSpec> = {},
  options: Parameters<typeof explore>[1] = {},
): string {
  const lanes: LaneSpec[] = [
    ...threads.map((thread, i) => ({ name: `thread ${i}`, thread })),
    { name: "user" },
  ];
  const spec: SystemSpec = {
    lanes,
    variables: [entry, active, sent],
    mms: 1,
    tables: 1,
    initial: [{ variable: active.name, value: [threads.length] }],
    memoryModel: "sc",
    hardwareWalkers: true,
    tableEntry: { variable: entry.name, value: 1 },
    ...more,
  };
  const { outcome, violation } = explore(spec, options);
  return violation === undefined ? outcome : violation.property;
}

describe.each([true, false])("merging %s", (merging) => {
  test("its own are over when a CPU has waited, and not before", () => {
    const issuer = (waits: boolean): Program =>
      write((k) => {
        k.exchange(of(entry, 0), 0);
        k.flushBroadcast("TLBI", 1);
        if (waits) k.flushComplete("DSB");
        k.ghost("revoke", 0);
      });
    const found = [true, false].map((waits) => outcomeOf([issuer(waits)], {}, { merging }));
    expect(found).toEqual(["holds", "P-STALE"]);
  });

  test("those of others are not, unless a wait is for everybody", () => {
    const issuer = write((k) => {
      k.exchange(of(entry, 0), 0);
      k.flushBroadcast("TLBI", 1);
      k.store(own(sent), 1);
    });
    const waiter = program("waiter", { source }, (k) => {
      k.load("went", own(sent));
      k.if("went", "==", 1, () => {
        k.flushComplete("DSB");
        k.ghost("revoke", 0);
      });
    });
    const found = (["issuer", "everybody"] as const).map((completion) =>
      outcomeOf([issuer, waiter], { completion }, { merging }),
    );
    expect(found).toEqual(["P-STALE", "holds"]);
  });

  test("a CPU that seems done early is done when it takes an interrupt behind the wait", () => {
    const issuer = (order: string): Program =>
      write((k) => {
        const steps: Record<string, () => void> = {
          wait: () => k.flushComplete("DSB"),
          call: () => {
            k.crossCall("online", nothing);
            k.awaitCalls();
          },
        };
        k.exchange(of(entry, 0), 0);
        k.flushBroadcast("TLBI", 1);
        for (const step of order.split(" ")) steps[step]!();
        k.ghost("revoke", 0);
      });
    const of3 = (order: string): string =>
      outcomeOf([issuer(order)], { earlyDone: active.name }, { merging });
    expect([of3("wait"), of3("wait call"), of3("call wait"), of3("call")]).toEqual([
      ...["P-STALE", "holds", "P-STALE", "P-STALE"],
    ]);
  });
});
