/**
 * Runs a plan in the timed engine, lazily or event by event: `node engine.mjs PLAN CPUS SIZE
 * lazy|eager TIMES`. Prints one line of JSON: CPU time of one of that many equal runs (ns), costed
 * steps of walkers in it, and a digest of the result; a warm-up comes first.
 */
import { createHash } from "node:crypto";
import { runPlan } from "../../dist/lib/engine/engine.js";
import { timed } from "../clock.mjs";
import * as plans from "./plans.mjs";

const kinds = {
  model: plans.modelPlan,
  walkers: plans.walkersPlan,
  interested: plans.interestedPlan,
  hammer: plans.hammerPlan,
};

const [kind, cpus, size, mode, times] = process.argv.slice(2);
const planOfSize = (share) => kinds[kind](Number(cpus), Math.ceil(share * Number(size)));
const options = { seed: 1, eager: mode === "eager" };

for (let i = 0; i < 3; i++) runPlan(planOfSize(0.2), options);
const plan = planOfSize(1);
const { result, ns } = timed(() => {
  for (let i = 1; i < Number(times); i++) runPlan(plan, options);
  return runPlan(plan, options);
});
const digest = createHash("sha256").update(JSON.stringify(result)).digest("hex");
const steps = plans.stepsPerWalk * (result.tallies.walks ?? 0);
console.log(JSON.stringify({ ns: ns / Number(times), steps, digest }));
