/** Holds with mainline's broadcast; breaks where an earlier sharer's walker is not waited for. */
import { checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { tooLarge } from "../../base/messages.ts";
import type { InitialValue, LaneSpec } from "../../explorer/system.ts";
import type { Environment } from "../../mm/environment.ts";
import { gupFastHugetlb } from "../../mm/gupFastHugetlb.ts";
import { hugetlbUnshare } from "../../mm/hugetlbUnshare.ts";
import { iMmapRwsem, ptShareCount } from "../../mm/hugetlbVariables.ts";
import { FIRST_USER_MM } from "../../mm/variables.ts";
import { finishProgram, of, own, program } from "../../steps/builder.ts";
import type { Program, Step } from "../../steps/instructions.ts";
import { mapSteps } from "../../steps/walk.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { first, forever, maskOf, running } from "./walkers.ts";

/** Options of {@link unshare}. */
export interface UnshareScenarioOptions {
  /** Address spaces that share the table; all but one leave, one after the other. Default 2. */
  sharers?: number;
  /**
   * Where flush and sync stand: under the lock of the file as in Linux, or behind it, where the
   * last owner may already use the table. Default `locked`.
   */
  flush?: "locked" | "unlocked";
  /** How the gather begins: its flags 0 as in Linux, or any value. Default `zero`. */
  gather?: "zero" | "garbage";
}

/**
 * A hugetlb PMD table that `sharers` address spaces use: all but the last leave it, while threads
 * of the first to be named walk it; the one that remains then writes entries of its own. CPUs: one
 * for each that leaves, one for the owner that remains, the rest walk. Throws SD001 and SD002 for
 * wrong options.
 */
export function unshare(options: UnshareScenarioOptions = {}): Scenario {
  checkKeys("scenario.unshare", options, ["sharers", "flush", "gather"]);
  const { sharers = 2, flush = "locked", gather = "zero" } = options;
  return new Scenario("unshare", {
    sharers: checkInteger("sharers", sharers, 2, 3),
    flush: checkOneOf("flush", flush, ["locked", "unlocked"]),
    gather: checkOneOf("gather", gather, ["zero", "garbage"]),
  });
}

/** How the scenario becomes CPUs. */
export const unshareKind: ScenarioKind = { make: unshare, minCpus: 3, plan };

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const sharers = options.sharers as number;
  const walkers = cpus - sharers;
  if (walkers < 1) throw tooLarge("unshare", `${cpus} CPUs`, `at least ${sharers + 1} CPUs`);
  const owner = FIRST_USER_MM + sharers - 1;
  const lanes: LaneSpec[] = [
    ...first(sharers - 1).map((i) =>
      leaver(env, i, changed(hugetlbUnshare(env, "munmap", i), options)),
    ),
    { name: "owner", thread: ownerWrites, initial: running(env, owner) },
    ...first(walkers).map((i) => walker(env, i)),
  ];
  return {
    lanes,
    mms: owner + 1,
    tables: sharers,
    initial: [
      { variable: ptShareCount.name, owner: 0, value: sharers - 1 },
      ...first(sharers).flatMap((i) => masks(env, i, lanes.length, sharers)),
    ],
    properties: ["P-ALIAS"],
    sometimes: ["walkerOverlapped", "tableReused"],
    bounds: [
      `one table of ${sharers} address spaces`,
      `${sharers - 1} of them leave`,
      `${walkers} CPUs that walk any number of times`,
    ],
  };
}

/** Address space i leaves table 0, to which its entry i leads. */
function leaver(env: Environment, i: number, thread: Program): LaneSpec {
  const mm = FIRST_USER_MM + i;
  return {
    name: `mm ${mm} leaves`,
    thread,
    args: { mm, first: 0, last: 1, huge: 0, freed: 0 },
    initial: running(env, mm),
  };
}

/** The flags of the gather: something was unshared; some table has one owner left. */
const FLAGS: readonly string[] = ["unshared", "exclusive"];

/** The program with a gather and a flush as the options say. */
function changed(program: Program, { flush, gather }: Scenario["options"]): Program {
  let { steps } = program;
  if (gather === "garbage") steps = mapSteps(steps, (step) => [withGarbage(step)]);
  if (flush === "unlocked") steps = unlockedBeforeFlush(steps);
  return finishProgram({ ...program, steps });
}

function withGarbage(step: Step): Step {
  const isFlag = step.kind === "set" && step.to === 0 && FLAGS.includes(step.into);
  return isFlag ? { kind: "pick", into: step.into, below: 2 } : step;
}

/** The last step under the lock is the flush. */
function unlockedBeforeFlush(steps: readonly Step[]): readonly Step[] {
  const unlock = steps.findIndex(({ kind }) => kind === "unlock");
  return [
    ...steps.slice(0, unlock - 1),
    steps[unlock]!,
    steps[unlock - 1]!,
    ...steps.slice(unlock + 1),
  ];
}

function walker(env: Environment, i: number): LaneSpec {
  const mm = FIRST_USER_MM;
  return {
    name: `mm ${mm} walks ${i + 1}`,
    thread: walkForever(env),
    args: { mm, table: 0, entry: 0 },
    initial: running(env, mm),
  };
}

function walkForever(env: Environment): Program {
  const params = ["mm", "table", "entry"];
  return program("gup_fast_loop", { params, source: "mm/gup.c gup_fast()" }, (k) => {
    const args = { mm: "mm", table: "table", entry: "entry" };
    forever(k, env, () => k.include(gupFastHugetlb(env), args));
  });
}

/** The last owner splits the mapping and maps something else: possible once it is alone. */
const ownerWrites = program(
  "hugetlb_split",
  { source: "mm/hugetlb.c hugetlb_split(), huge_pmd_unshare(); mm/mmap.c of the last owner" },
  (k) => {
    k.lock(own(iMmapRwsem));
    k.load("others", of(ptShareCount, 0));
    k.unlock(own(iMmapRwsem));
    k.if("others", "==", 0, () => k.ghost("exclusive", 0));
  },
);

function masks(env: Environment, i: number, lanes: number, sharers: number): InitialValue[] {
  const walkers = first(lanes).slice(sharers);
  return maskOf(env, FIRST_USER_MM + i, i === 0 ? [0, ...walkers] : [i]);
}
