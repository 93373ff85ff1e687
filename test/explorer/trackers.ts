/** The protocol of a tracked walker and a sync, reduced to what matters. */
import type { SystemSpec } from "../../lib/explorer/system.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { FenceOrder, Program, Variable } from "../../lib/steps/instructions.ts";

const source = "[PATCH v4 1/3] mm: use targeted IPIs for TLB sync, reduced";

/** The tracker of a CPU: 1 while it walks. */
export const walking: Variable = {
  name: "walking",
  scope: "cpu",
  holds: "number",
  initial: 0,
  meaning: "1 while this CPU walks",
};

/** The entry that leads to the table: 1 while it does. */
export const entry: Variable = {
  name: "entry",
  scope: "table",
  holds: "number",
  initial: 1,
  meaning: "1 while it points to the table",
};

/** A walker that goes on for ever; `undefined` leaves out its fence. */
export function walker(fence: FenceOrder | undefined): Program {
  return program("walker", { source }, (k) => {
    k.forever(() => {
      k.irqOff();
      k.store(own(walking), 1);
      if (fence !== undefined) k.fence(fence);
      k.load("seen", of(entry, 0));
      k.if("seen", "==", 1, () => k.ghost("use", 0));
      k.store(own(walking), 0, "release");
      k.irqOn();
    });
  });
}

const nothing = program("nothing", { source }, (k) => k.work("callEmpty"));

/** How the sync side clears the entry, and what it does before it reads the trackers. */
export interface SyncOptions {
  readonly clear: "store" | "exchange";
  readonly fence?: FenceOrder;
  readonly waits?: boolean;
}

/** Clears the entry, interrupts whoever walks, waits, and frees the table. */
export function sync({ clear, fence, waits = true }: SyncOptions): Program {
  return program("sync", { source }, (k) => {
    if (clear === "store") k.store(of(entry, 0), 0);
    else k.exchange(of(entry, 0), 0);
    k.ghost("detach", 0);
    if (fence !== undefined) k.fence(fence);
    k.emptyMask("targets");
    k.forEachCpu("cpu", "online", () => {
      k.load("walks", of(walking, "cpu"));
      k.if("walks", "==", 1, () => k.addCpu("targets", "cpu"));
    });
    k.crossCall("targets", nothing);
    if (waits) k.awaitCalls();
    k.ghost("free", 0);
  });
}

/** Some walkers and one sync. */
export function tracked(
  memoryModel: SystemSpec["memoryModel"],
  walkers: number,
  programs: { readonly walker: Program; readonly sync: Program },
): SystemSpec {
  return {
    lanes: [
      ...Array.from({ length: walkers }, (_, i) => ({
        name: `walker ${i}`,
        thread: programs.walker,
      })),
      { name: "sync", thread: programs.sync },
    ],
    variables: [walking, entry],
    mms: 1,
    tables: 1,
    initial: [],
    memoryModel,
  };
}
