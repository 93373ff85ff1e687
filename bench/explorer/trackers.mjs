/**
 * The question that is measured: CPUs that walk a page table for ever with a tracker, and one that
 * clears the entry, interrupts whoever walks, waits, and frees the table.
 */
import { of, own, program } from "../../dist/lib/steps/builder.js";

const source = "targeted sync, reduced to what matters";
const walking = variable("walking", "cpu", 0);
const entry = variable("entry", "table", 1);

function variable(name, scope, initial) {
  return { name, scope, holds: "number", initial, meaning: name };
}

const walker = program("walker", { source }, (k) => {
  k.forever(() => {
    k.irqOff();
    k.store(own(walking), 1);
    k.fence("full");
    k.load("seen", of(entry, 0));
    k.if("seen", "==", 1, () => k.ghost("use", 0));
    k.store(own(walking), 0, "release");
    k.irqOn();
  });
});

const nothing = program("nothing", { source }, (k) => k.work("callEmpty"));

const sync = program("sync", { source }, (k) => {
  k.store(of(entry, 0), 0);
  k.ghost("detach", 0);
  k.fence("full");
  k.emptyMask("targets");
  k.forEachCpu("cpu", "online", () => {
    k.load("walks", of(walking, "cpu"));
    k.if("walks", "==", 1, () => k.addCpu("targets", "cpu"));
  });
  k.crossCall("targets", nothing);
  k.awaitCalls();
  k.ghost("free", 0);
});

/** The question under a memory model with that many walkers. */
export function trackers(memoryModel, walkers) {
  const lanes = Array.from({ length: walkers }, (_, i) => ({
    name: `walker ${i}`,
    thread: walker,
  }));
  return {
    lanes: [...lanes, { name: "sync", thread: sync }],
    variables: [walking, entry],
    mms: 1,
    tables: 1,
    initial: [],
    memoryModel,
  };
}
