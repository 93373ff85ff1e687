/** The fixed parts of docs/safety.md. */
import type { Property } from "../explorer/verdictData.ts";
import { grouped, markdownTable } from "../tables/markdown.ts";

/** Titles of the families of the mutant table. */
export const FAMILY_TITLES: Readonly<Record<string, string>> = {
  tracker: "Trackers, and where the sync stands",
  skip: "Syncs that are skipped",
  unshare: "Unshare, khugepaged, tables that are freed alone",
  counts: "Filters and counters",
  unmap: "Flushes of unmapped pages that wait",
  generations: "TLB generations, lazy CPUs, INVLPGB and RAR",
  deferral: "Flushes left to the kernel entry",
  lazyMm: "Borrowed address spaces",
};

/** What each property rules out. */
export const PROPERTY_TEXTS: Readonly<Record<Property, string>> = {
  "P-UAF": "a walker uses a page table that was freed, deposited, or serves another purpose",
  "P-ALIAS": "a walker uses a table that belongs to another address space alone",
  "P-HW": "a CPU can reach a table that is given away, through what its hardware has fetched",
  "P-STALE":
    "a CPU holds a translation with rights that an operation, which has returned, took away",
  "P-REUSE":
    "a CPU holds a translation of a page that is free, or may write one that is being saved",
  "P-MM": "a CPU borrows, reads or writes an address space that was freed",
  "P-LIVE": "a thread that has an end cannot come to it any more, whatever happens",
};

const MODEL_TEXTS: readonly (readonly string[])[] = [
  ["`sc`", "one step after the other, visible to all at once"],
  [
    "`x86-tso`",
    "a store waits in a buffer of 4, which is emptied in order; locked operations, full barriers" +
      " and interrupts empty it first",
  ],
  [
    "`weak`",
    "accesses that nothing orders are done in any order, up to a window of steps ahead: loads" +
      " ahead of open branches, stores not; visible to all others at once (Arm's model:" +
      " multi-copy atomic); barriers, acquire, release and dependencies order as Linux promises",
  ],
];

/** Numbers of the whole page. */
export interface SafetyCounts {
  readonly rows: number;
  /** Questions: rows and repaired variants, under every model. */
  readonly asked: number;
  /** Answers that are those expected. */
  readonly agree: number;
}

/** What the page is, what its marks mean, and the memory models. */
export function safetyIntroduction({ rows, asked, agree }: SafetyCounts): string {
  const counts =
    `${grouped(rows)} rows, ${grouped(asked)} questions with the repaired variants; ` +
    `${grouped(agree)} answers are those expected.`;
  return `# Is it safe? Wrong kernels, and what the explorer finds

Written by \`node scripts/safetyPage.mjs\`; do not edit. Each row is a kernel with something wrong
in it, or a sane one that only looks wrong: a policy with a step dropped or weakened, an unsafe
variant of a policy, or a scenario with one step in another place. Numbers are those of the
reviews and commits that the rows come from; a remark behind one is another setting of it. The
rows and their questions are in \`lib/experiments/mutantTable\`; \`npm test\` asks them under sc
and x86-tso, \`npm run test:slow\` under weak.

${counts}

**F** the explorer shows a schedule that violates the property; **P** it holds in every
interleaving within the bounds; –, not asked. Behind it, the number of states that were looked at,
reductions on: all there are, or those up to a shortest violation; of repaired variants, the same
under each model in turn. † a window or store buffer was full: it holds within windows or buffers
so large. \`sd.replay(question, schedule)\` follows a schedule step by step; the question is
written beside it.

## Memory models

${markdownTable(["model", "what a CPU can do"], MODEL_TEXTS)}

An x86 kernel is asked under weak as well: the answer is then about its programs, not about any x86.
Powerpc kernels are asked under weak too, which is stronger than POWER (IRIW): a **P** there says
nothing about writes that reach some CPUs sooner than others.`;
}

/** What the page does not answer, and why. */
export function safetyLimits(): string[] {
  return ["## What this does not show", LIMITS.map((text) => `- ${text}`).join("\n")];
}

const LIMITS: readonly string[] = [
  "**One operation, few CPUs.** Each verdict is about so many CPUs, tables and operations as its" +
    " question names. A race that needs more of them is not seen.",
  "**The programs, not the kernel.** What is explored is what [model.md](model.md) says that the" +
    " kernel does; a step that is missing there is missing here. The same programs are timed, and" +
    " their interrupts are counted against real kernels ([validation.md](validation.md)).",
  "**Steps are whole.** A flush, a cross call or a lock is one step or a few, with the order that" +
    " Linux documents; locks are not their implementations. Compilers are taken to keep the steps.",
  "**Interrupts are precise under weak.** A CPU that takes or leaves one has made what it did" +
    " before visible to all: Arm's interrupt controller is read behind a dsb.",
  "**Translations under weak.** The hardware walks whenever an entry is there, and a walk is" +
    " whole. An invalidation is sent as a store is, in any order that no barrier prevents; but" +
    " any write barrier orders it, as on Arm only a DSB does, and a local flush is a full barrier.",
  "**J6** (a fence skipped on cores that cache invalid entries) is not asked: such entries are no" +
    " translations here, and P-LIVE finds threads that stand still, not faults that repeat.",
];
