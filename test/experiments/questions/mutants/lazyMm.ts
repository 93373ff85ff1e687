/** H.4, lazy mm: who may borrow an address space, and who looks for borrowers when it dies. */
import * as sd from "../../../../lib/index.ts";
import type { Asked, MutantRow } from "../mutantTable.ts";

const { lazyTlb, machines, scenario } = sd;

type Options = Parameters<typeof scenario.lazyMmTeardown>[0];

function dies(policy: sd.Policy, options: Options = {}, more: Partial<Asked> = {}): Asked {
  const asked = scenario.lazyMmTeardown(options);
  return { scenario: asked, linux: sd.linux({ release: "7.2", lazyTlb: policy }), ...more };
}

/** Radix; what rides on the flush of exit_mmap is left out unless a row is about it. */
const ppc: Partial<Asked> = { machine: machines.qemuPpc64le };
const arm: Partial<Asked> = { machine: machines.qemuArm64 };
const shoot = lazyTlb.shootLazies({ piggyback: false });
const filter = lazyTlb.shootLazies({ piggyback: false, filterActiveMm: true });
const grace = lazyTlb.shootLazies({ lazyGracePeriod: true });
const trim = lazyTlb.shootLazies({ piggyback: false, trimMask: true });
const hazard = lazyTlb.hazard();
const lutomirski = lazyTlb.hazard({ design: "lutomirski" });
const unfenced = lazyTlb.hazard({ scanFence: "none" });
const waiting = lazyTlb.hazard({ scan: "busy-wait" });

const execs = { borrower: "execs" } as const;
const outside = { lazies: "outside" } as const;

/** The shooting down of borrowers (Piggin), G1–G5. */
const SHOT: readonly MutantRow[] = [
  {
    id: "G1",
    what: "a CPU that borrows is not in mm_cpumask",
    question: dies(shoot, outside, ppc),
    expected: "F-F",
    property: "P-MM",
    fixed: {
      "in mm_cpumask": dies(shoot, {}, ppc),
      "counted, in no mask": dies(lazyTlb.refcount(), outside, ppc),
    },
  },
  {
    id: "G1 piggyback",
    what: "the same where exit_mmap() has interrupted the mask before",
    question: dies(lazyTlb.shootLazies(), outside, ppc),
    expected: "F-F",
    property: "P-MM",
    fixed: { "in mm_cpumask": dies(lazyTlb.shootLazies(), {}, ppc) },
  },
  {
    id: "G3",
    what: "the root table is freed before the borrowers are shot",
    question: dies(lazyTlb.shootLazies({ piggyback: false, freedWhen: "unshot" }), {}, ppc),
    expected: "F-F",
    property: "P-MM",
    fixed: { "after that": dies(shoot, {}, ppc) },
  },
  {
    id: "G4",
    what: "the handler changes active_mm and leaves the root table loaded",
    question: dies(lazyTlb.shootLazies({ piggyback: false, switchesRoot: false }), {}, ppc),
    expected: "F-F",
    property: "P-HW",
    fixed: { "the root table as well": dies(shoot, {}, ppc) },
  },
  {
    id: "G5",
    what: "the interrupt comes between active_mm and the root table of exec",
    question: dies(shoot, { ...execs, activate: "irqs-on" }, ppc),
    expected: "F-F",
    property: "P-HW",
    fixed: {
      "interrupts off": dies(shoot, execs, ppc),
      "counted instead": dies(lazyTlb.refcount(), { ...execs, activate: "irqs-on" }, ppc),
    },
  },
];

/** What the comment of `cleanup_lazy_tlbs()` proposes, beside an exec. In no list. */
const STRATEGIES: readonly MutantRow[] = [
  {
    id: "G5 filterActiveMm",
    what: "borrowers are asked for active_mm, and exec changes it before the root table",
    question: dies(filter, execs, ppc),
    expected: "F-F",
    property: "P-HW",
    fixed: { "the root table first": dies(filter, { ...execs, activate: "root-first" }, ppc) },
    note: "interrupts off do not help: a CPU that is not seen is not interrupted",
  },
  {
    id: "G5 lazyGracePeriod",
    what: "grace periods wait for active_mm, and exec changes it before the root table",
    question: dies(grace, execs, ppc),
    expected: "F-F",
    property: "P-HW",
    fixed: { "the root table first": dies(grace, { ...execs, activate: "root-first" }, ppc) },
  },
  {
    id: "G1 trimMask",
    what: "a CPU that has left clears its bit when interrupts are on again, as exec drops",
    question: dies(trim, execs, ppc),
    expected: "F-F",
    property: "P-MM",
    fixed: { "with interrupts off": dies(trim, {}, ppc) },
  },
  {
    id: "G1 filterActiveMm, trimMask",
    what: "a CPU that borrows nothing any more is not waited for, and clears its bit",
    question: dies(
      lazyTlb.shootLazies({ piggyback: false, filterActiveMm: true, trimMask: true }),
      {},
      ppc,
    ),
    expected: "F-F",
    property: "P-MM",
    fixed: { "one of the two": dies(filter, {}, ppc), "the other": dies(trim, {}, ppc) },
  },
];

/** Hazard pointers, G7–G9. */
const HAZARD: readonly MutantRow[] = [
  {
    id: "G7",
    what: "exit_mm() fills the slot before it masks interrupts, and is preempted",
    question: dies(hazard, { preempted: "last", grab: "preemptible" }),
    expected: "FFF",
    property: "P-MM",
    fixed: { "interrupts off": dies(hazard, { preempted: "last" }) },
  },
  {
    id: "G7 lutomirski",
    what: "the same with rq->lazy_mm",
    question: dies(lutomirski, { preempted: "last", grab: "preemptible" }),
    expected: "FFF",
    property: "P-MM",
    fixed: { "interrupts off": dies(lutomirski, { preempted: "last" }) },
  },
  {
    id: "G8",
    what: "the scan has no barrier",
    question: dies(unfenced, { tables: 0 }),
    expected: "PPP",
    fixed: {},
    note: "mm_users and mm_count fall by atomic_dec_and_test(), a full barrier before the scan",
  },
  {
    id: "G8 release",
    what: "neither the scan nor the counters before it order what is read, nor a flush",
    question: dies(unfenced, { tables: 0, puts: "release" }, arm),
    expected: "P-F",
    property: "P-MM",
    fixed: {
      smp_mb: dies(hazard, { tables: 0, puts: "release" }, arm),
      "the DSB of exit_mmap": dies(unfenced, { puts: "release" }, arm),
    },
    note: "on x86 every atomic is a full barrier: no form of it fails there",
  },
  {
    id: "G9",
    what: "the scan waits, under a spinlock, for the slot of its own CPU",
    question: dies(waiting, { preempted: "all", drop: "atomic" }),
    expected: "FFF",
    property: "P-LIVE",
    fixed: {
      "by interrupts": dies(hazard, { preempted: "all", drop: "atomic" }),
      "where it may be preempted": dies(waiting, { preempted: "all" }),
    },
  },
];

/** G.12 and G.13 with their strategies, and references: what must pass everywhere. */
const SANE: Readonly<Record<string, readonly [Asked, expected: string]>> = {
  refcount: [dies(lazyTlb.refcount()), "PPP"],
  "refcount, exec": [dies(lazyTlb.refcount(), execs), "PPP"],
  mainline: [dies(lazyTlb.mainline()), "PPP"],
  "mainline, powerpc": [dies(lazyTlb.mainline(), {}, ppc), "P-P"],
  hazard: [dies(hazard), "PPP"],
  "hazard, exec": [dies(hazard, execs), "PPP"],
  lutomirski: [dies(lutomirski), "PPP"],
  "lutomirski, exec": [dies(lutomirski, execs), "PPP"],
  shoot: [dies(lazyTlb.shootLazies(), execs, ppc), "P-P"],
  selfSwitchAtExit: [dies(lazyTlb.shootLazies({ selfSwitchAtExit: true }), execs, ppc), "P-P"],
  "batch of 2": [
    dies(lazyTlb.shootLazies({ batch: 2, piggyback: false }), { drops: 2 }, ppc),
    "P-P",
  ],
  filterActiveMm: [dies(filter, {}, ppc), "P-P"],
  trimMask: [dies(trim, {}, ppc), "P-P"],
  lazyGracePeriod: [dies(grace, {}, ppc), "P-P"],
};

/** A delay goes through any time that passes: under the weak model, 700,000 states. */
const DELAYED: MutantRow = {
  id: "G.12 delayNs",
  what: "shooting down waits for a while",
  question: dies(lazyTlb.shootLazies({ delayNs: 100, piggyback: false }), { drops: 2 }, ppc),
  expected: "P--",
  fixed: {},
  noWeak: "one to two minutes, longer than the others together",
};

/** All of them. */
export const LAZY_MM: readonly MutantRow[] = [
  ...SHOT,
  ...STRATEGIES,
  ...HAZARD,
  ...Object.entries(SANE).map(([what, [question, expected]]): MutantRow => {
    return { id: `G.12, G.13 ${what}`, what: "sanity", question, expected, fixed: {} };
  }),
  DELAYED,
];
