/**
 * One measurement of the timed engine: `node measure.mjs KIND CPUS`. Prints one line of JSON with
 * the CPU time, ns, what it was spent on, and a digest of the result; a warm-up comes first.
 */
import { digestOf } from "../../dist/lib/base/canonical.js";
import { runPlan } from "../../dist/lib/engine/engine.js";
import { timed } from "../clock.mjs";
import { collapsePlan, hammerPlan, modelPlan } from "./plans.mjs";

/** Steps of a walker that take time, per walk: gap, masking, walk, unmasking. */
const STEPS_PER_WALK = 4;
/** Walker steps of a measurement of the model. */
const STEPS = 2_000_000;
/** Simulated ns of a round, and of a walk with its gap, of the model; see plans.mjs. */
const ROUND_NS = 8_000;
const WALK_NS = 2_300;

/** GUP-fast calls of a measurement, and of one thread while one table is collapsed. */
const CALLS = 600_000;
const CALLS_PER_TABLE = 230;

function modelRounds(walkers) {
  const walks = STEPS / STEPS_PER_WALK;
  return Math.max(4, Math.ceil((walks * WALK_NS) / (walkers * ROUND_NS)));
}

function measure(plan, eager) {
  const seed = 1;
  for (let warmUp = 0; warmUp < 2; warmUp++) runPlan(plan, { seed, eager });
  const { result, ns } = timed(() => runPlan(plan, { seed, eager }));
  return { ns, digest: digestOf(result), tallies: result.tallies };
}

const kinds = {
  /** One event a step: walkers beside a CPU that only waits. */
  step(cpus) {
    const rounds = modelRounds(cpus - 1);
    const { ns, tallies } = measure(modelPlan({ cpus, rounds, quiet: true }), true);
    return { ns, units: tallies.walks * STEPS_PER_WALK };
  },
  lazyModel: (cpus) => measure(modelPlan({ cpus, rounds: modelRounds(cpus - 1) }), false),
  eagerModel: (cpus) => measure(modelPlan({ cpus, rounds: modelRounds(cpus - 1) }), true),
  lazyHammer: (cpus) => measure(hammer(cpus), false),
  eagerHammer: (cpus) => measure(hammer(cpus), true),
  /** Rounds over 63 walkers among `cpus` CPUs of one socket. */
  round(cpus) {
    const rounds = 20_000;
    const { ns } = measure(modelPlan({ cpus, rounds, walkers: 63, socket: cpus }), false);
    return { ns, units: rounds };
  },
  /** 20 GiB in a fresh process, without a warm-up: CPU time and growth of memory. */
  collapse(cpus) {
    const plan = collapsePlan({ cpus });
    const before = process.memoryUsage().rss;
    const { result, ns } = timed(() => runPlan(plan, { seed: 1 }));
    const interrupts = result.rows.CAL.reduce((sum, count) => sum + count, 0);
    return { ns, interrupts, bytes: process.memoryUsage().rss - before };
  },
};

/** About 600,000 calls, however many CPUs make them. */
function hammer(cpus) {
  const threads = cpus / 2 - 1;
  return hammerPlan({ cpus, threads, mebibytes: 2 * Math.ceil(CALLS / CALLS_PER_TABLE / threads) });
}

const [kind, cpusText] = process.argv.slice(2);
console.log(JSON.stringify(kinds[kind](Number(cpusText))));
