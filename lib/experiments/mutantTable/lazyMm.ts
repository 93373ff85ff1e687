/** H.4, lazy mm: who may borrow an address space, and who looks for borrowers when it dies. */
import { machines } from "../../machine/presets.ts";
import { hazard } from "../../policies/lazyTlb/hazard.ts";
import { mainline } from "../../policies/lazyTlb/mainline.ts";
import { refcount } from "../../policies/lazyTlb/refcount.ts";
import { shootLazies } from "../../policies/lazyTlb/shootLazies.ts";
import { linux } from "../../policies/linux.ts";
import type { Policy } from "../../policies/policy.ts";
import type { LazyMmTeardownOptions } from "../scenarios/lazyMmTeardown.ts";
import { lazyMmTeardown } from "../scenarios/lazyMmTeardown.ts";
import type { Asked, MutantRow } from "./row.ts";

type Options = LazyMmTeardownOptions;

function dies(policy: Policy, options: Options = {}, more: Partial<Asked> = {}): Asked {
  const asked = lazyMmTeardown(options);
  return { scenario: asked, linux: linux({ release: "7.2", lazyTlb: policy }), ...more };
}

/** Radix; what rides on the flush of exit_mmap is left out unless a row is about it. */
const ppc: Partial<Asked> = { machine: machines.qemuPpc64le };
const arm: Partial<Asked> = { machine: machines.qemuArm64 };
const shoot = shootLazies({ piggyback: false });
const filter = shootLazies({ piggyback: false, filterActiveMm: true });
const grace = shootLazies({ lazyGracePeriod: true });
const trim = shootLazies({ piggyback: false, trimMask: true });
const hazards = hazard();
const lutomirski = hazard({ design: "lutomirski" });
const unfenced = hazard({ scanFence: "none" });
const waiting = hazard({ scan: "busy-wait" });

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
      "counted, in no mask": dies(refcount(), outside, ppc),
    },
  },
  {
    id: "G1 piggyback",
    what: "the same where exit_mmap() has interrupted the mask before",
    question: dies(shootLazies(), outside, ppc),
    expected: "F-F",
    property: "P-MM",
    fixed: { "in mm_cpumask": dies(shootLazies(), {}, ppc) },
  },
  {
    id: "G3",
    what: "the root table is freed before the borrowers are shot",
    question: dies(shootLazies({ piggyback: false, freedWhen: "unshot" }), {}, ppc),
    expected: "F-F",
    property: "P-MM",
    fixed: { "after that": dies(shoot, {}, ppc) },
  },
  {
    id: "G4",
    what: "the handler changes active_mm and leaves the root table loaded",
    question: dies(shootLazies({ piggyback: false, switchesRoot: false }), {}, ppc),
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
      "counted instead": dies(refcount(), { ...execs, activate: "irqs-on" }, ppc),
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
      shootLazies({ piggyback: false, filterActiveMm: true, trimMask: true }),
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
    question: dies(hazards, { preempted: "last", grab: "preemptible" }),
    expected: "FFF",
    property: "P-MM",
    fixed: { "interrupts off": dies(hazards, { preempted: "last" }) },
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
      smp_mb: dies(hazards, { tables: 0, puts: "release" }, arm),
      "the DSB of exit_mmap": dies(unfenced, { puts: "release" }, arm),
    },
    note: "on x86 every atomic is a full barrier: no form of it fails there",
  },
  {
    id: "G9",
    what: "the scan waits, under a spinlock, for the slot of its own CPU",
    question: dies(waiting, { preempted: "all", drop: "atomic" }, arm),
    expected: "F-F",
    property: "P-LIVE",
    fixed: {
      "by interrupts": dies(hazards, { preempted: "all", drop: "atomic" }, arm),
      "where it may be preempted": dies(waiting, { preempted: "all" }, arm),
    },
  },
  {
    id: "G9 x86",
    what: "the same on x86",
    question: dies(waiting, { preempted: "all", drop: "atomic" }),
    expected: "FF-",
    property: "P-LIVE",
    fixed: { "where it may be preempted": dies(waiting, { preempted: "all" }) },
    noWeak: "G9 asks it of arm64, where there are fewer states",
  },
];

/** G.12 and G.13 with their strategies, and references: what must pass everywhere. */
const SANE: Readonly<Record<string, readonly [Asked, expected: string]>> = {
  refcount: [dies(refcount()), "PPP"],
  "refcount, exec": [dies(refcount(), execs), "PPP"],
  mainline: [dies(mainline()), "PPP"],
  "mainline, powerpc": [dies(mainline(), {}, ppc), "P-P"],
  hazard: [dies(hazards), "PPP"],
  "hazard, exec": [dies(hazards, execs), "PPP"],
  lutomirski: [dies(lutomirski), "PPP"],
  "lutomirski, exec": [dies(lutomirski, execs), "PPP"],
  shoot: [dies(shootLazies(), execs, ppc), "P-P"],
  selfSwitchAtExit: [dies(shootLazies({ selfSwitchAtExit: true }), execs, ppc), "P-P"],
  "batch of 2": [dies(shootLazies({ batch: 2, piggyback: false }), { drops: 2 }, ppc), "P-P"],
  filterActiveMm: [dies(filter, {}, ppc), "P-P"],
  trimMask: [dies(trim, {}, ppc), "P-P"],
  lazyGracePeriod: [dies(grace, {}, ppc), "P-P"],
};

/** A delay goes through any time that passes: under the weak model, 700,000 states. */
const DELAYED: MutantRow = {
  id: "G.12 delayNs",
  what: "shooting down waits for a while",
  question: dies(shootLazies({ delayNs: 100, piggyback: false }), { drops: 2 }, ppc),
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
