/** Paths with the paths in them folded into one line each, so that they can be read. */
import type { Program, Step } from "../../lib/steps/instructions.ts";
import { listing } from "../../lib/steps/listing.ts";
import { eachStep, mapSteps } from "../../lib/steps/walk.ts";

/** Sections that are folded: they have approved listings of their own. */
const FOLDED = [
  ...["flush_tlb_mm_range", "flush_tlb_func", "switch_mm_irqs_off", "try_to_unmap_one"],
  ...["arch_tlbbatch_add_pending", "arch_tlbbatch_flush"],
];

/** The listing of a path without its handlers; of flush rounds it says what they are, F+ or F0. */
export function foldedListing(path: Program): string {
  const steps = mapSteps(path.steps, (step) => [
    step.kind === "section" && FOLDED.includes(step.label) ? folded(step) : step,
  ]);
  return listing({ ...path, steps }, { handlers: false });
}

function folded(section: Extract<Step, { kind: "section" }>): Step {
  const label =
    section.label === "flush_tlb_mm_range" ? roundOf(section.body) : `${section.label}(…)`;
  return { ...section, label, body: [] };
}

/** F0 asks each CPU whether it needs the flush, F+ takes the whole mask. */
function roundOf(body: readonly Step[]): string {
  let kind = "F+";
  let pages = "";
  eachStep(body, (step) => {
    if (step.kind === "section" && step.label === "should_flush_tlb") kind = "F0";
    if (step.kind === "set" && pages === "") pages = String(step.to);
  });
  return `flush_tlb_mm_range(mm, ${pages}) ${kind}`;
}
