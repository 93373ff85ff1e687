/** Holds where the collapse waits for walkers; breaks where they only read the entry again. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { collapseAnonymous } from "../../mm/collapse.ts";
import { gupFast } from "../../mm/gupFast.ts";
import { tableWord, WORD_IS_LINK } from "../../mm/pageVariables.ts";
import { finishProgram, of } from "../../steps/builder.ts";
import type { Program, Step } from "../../steps/instructions.ts";
import { mapSteps } from "../../steps/walk.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { gupFastForever, planOfTakenTable } from "./walkers.ts";

/** Options of {@link khugepagedRecheck}. */
export interface KhugepagedRecheckOptions {
  /**
   * `pmd`: before a walker returns a page it reads the upper entry again, and drops the page when
   * that has changed (70cbc3cc78a99). `none`: it does not. Default `pmd`.
   */
  recheck?: "pmd" | "none";
  /**
   * What counts as harm: that a walker reads a table which is deposited, whose memory holds a link
   * (`read`), or only that it returns the page to which the link seems to point (`returned`).
   * Default `read`.
   */
  harm?: "read" | "returned";
}

/**
 * `collapse_huge_page()` deposits a page table, whose memory from then on holds a list link, beside
 * walkers that take what they read there for an entry. The flush reaches none of them, as on arm64.
 * Reading the entry again keeps a walker from returning the page, but not from reading the table:
 * for that the collapse must wait (2ba99c5e0881). Throws SD001 and SD002 for wrong options.
 */
export function khugepagedRecheck(options: KhugepagedRecheckOptions = {}): Scenario {
  checkKeys("scenario.khugepagedRecheck", options, ["recheck", "harm"]);
  const { recheck = "pmd", harm = "read" } = options;
  return new Scenario("khugepagedRecheck", {
    recheck: checkOneOf("recheck", recheck, ["pmd", "none"]),
    harm: checkOneOf("harm", harm, ["read", "returned"]),
  });
}

/** How the scenario becomes CPUs. */
export const khugepagedRecheckKind: ScenarioKind = { make: khugepagedRecheck, minCpus: 2, plan };

function plan({ options }: Scenario, scene: ScenarioScene): ScenarioPlan {
  const { env } = scene;
  const made = planOfTakenTable(scene, {
    taker: ["collapse", deposited(collapseAnonymous(env))],
    walker: gupFastForever(env, readingWord(gupFast(env), options)),
    isInMask: false,
    bound: "one collapse of one table",
  });
  // A page that is returned says nothing about the walks that returned none.
  return options.harm === "read" ? made : { ...made, sometimes: ["tableReused"] };
}

/** `pgtable_trans_huge_deposit()`: the table's memory holds a link. */
function deposited(collapse: Program): Program {
  const link: Step = {
    kind: "store",
    to: of(tableWord, "table"),
    value: WORD_IS_LINK,
    order: "once",
  };
  const steps = mapSteps(collapse.steps, (step) =>
    step.kind === "ghost" && step.what === "reuse" ? [step, link] : [step],
  );
  return finishProgram({ ...collapse, steps });
}

/** GUP-fast that reads a word of the table, takes a reference and, with `pmd`, reads both again. */
function readingWord(walk: Program, { recheck, harm }: Scenario["options"]): Program {
  const isReadHarm = harm === "read";
  const use: Step = { kind: "ghost", what: "use", table: "table" };
  const condition = { left: "word", is: "==", right: WORD_IS_LINK } as const;
  const returned: readonly Step[] = isReadHarm ? [] : [{ kind: "if", condition, body: [use] }];
  const steps = mapSteps(walk.steps, (step): readonly Step[] => {
    if (step.kind === "ghost") {
      if (step.what === "walk") return isReadHarm ? [step] : [];
      return [READ, ...(isReadHarm ? [use] : []), TRY_GRAB];
    }
    if (step.kind === "load" && step.into === "again") return recheck === "pmd" ? [step] : [];
    if (step.kind !== "if" || step.condition.left !== "again") return [step];
    return recheck === "pmd" ? [{ ...step, otherwise: returned }] : returned;
  });
  return finishProgram({ ...walk, steps });
}

const READ: Step = { kind: "load", into: "word", from: of(tableWord, "table"), order: "once" };

/** `try_grab_folio_fast()`: an atomic that orders what comes before and after. */
const TRY_GRAB: Step = { kind: "fence", order: "full" };
