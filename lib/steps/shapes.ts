/** Where each kind of step keeps its registers, masks and memory location. */
import type { Step } from "./instructions.ts";

/** The keys of one kind of step. Conditions, arguments and nested steps are found by their type. */
export interface Shape {
  /** Operands that it reads. */
  readonly reads: readonly string[];
  /** The register that it writes, where it has one. */
  readonly writes?: "into";
  /** Masks that it reads or changes. */
  readonly masks?: readonly string[];
  /** The mask that it fills, whatever was in it before. */
  readonly fills?: "into" | "mask";
  /** Its memory location. */
  readonly place?: "from" | "to" | "at" | "lock";
}

const SHAPES: Readonly<Record<Step["kind"], Shape>> = {
  set: { reads: ["to"], writes: "into" },
  compute: { reads: ["left", "right"], writes: "into" },
  clock: { reads: [], writes: "into" },
  pick: { reads: ["below"], writes: "into" },
  load: { reads: [], writes: "into", place: "from" },
  store: { reads: ["value"], place: "to" },
  atomic: { reads: ["value", "expected"], writes: "into", place: "at" },
  loadMask: { reads: [], fills: "into", place: "from" },
  maskBit: { reads: ["cpu"], place: "at" },
  testBit: { reads: ["cpu"], writes: "into", place: "from" },
  fence: { reads: [] },
  emptyMask: { reads: [], fills: "mask" },
  copyMask: { reads: [], masks: ["from"], fills: "into" },
  addCpu: { reads: ["cpu"], masks: ["mask"] },
  removeCpu: { reads: ["cpu"], masks: ["mask"] },
  removeMask: { reads: [], masks: ["mask", "from"] },
  countMask: { reads: [], writes: "into", masks: ["mask"] },
  if: { reads: [] },
  while: { reads: [] },
  forEachCpu: { reads: [], writes: "into", masks: ["mask"] },
  section: { reads: [] },
  leave: { reads: [] },
  callPath: { reads: [] },
  irqOff: { reads: [] },
  irqOn: { reads: [] },
  crossCall: { reads: [], masks: ["mask"] },
  awaitCalls: { reads: [] },
  rcuLock: { reads: [] },
  rcuUnlock: { reads: [] },
  gracePeriod: { reads: [] },
  lock: { reads: [], place: "lock" },
  unlock: { reads: [], place: "lock" },
  wake: { reads: ["cpu"] },
  sleep: { reads: [] },
  runUser: { reads: [] },
  awaitSleep: { reads: ["cpu"] },
  flushLocal: { reads: ["pages"] },
  flushBroadcast: { reads: ["pages"] },
  flushComplete: { reads: [] },
  flushCpus: { reads: ["pages"], masks: ["mask"] },
  hypercall: { reads: [] },
  work: { reads: ["times"] },
  pause: { reads: [] },
  ghost: { reads: ["table"] },
  countRow: { reads: [] },
  tally: { reads: ["by"] },
  begin: { reads: [] },
  end: { reads: [] },
  trace: { reads: ["pages"] },
};

/** The shape of a step. */
export function shapeOf(step: Step): Shape {
  return SHAPES[step.kind];
}

/** Whether there is such a kind of step. */
export function isStepKind(kind: string): kind is Step["kind"] {
  return Object.hasOwn(SHAPES, kind);
}
