/** That all programs run the same model: same rounds, latency, delayed interrupts and walks. */
import { deepStrictEqual } from "node:assert/strict";
import { modelEvents, sizes } from "./measurements.mjs";
import { spanNs } from "./model/parameters.mjs";
import { run } from "./programs.mjs";

/** Events of the runs that are compared. */
const events = 100_000;

/**
 * Runs the model with every program that is here, on every number of CPUs. Throws where one comes to
 * another outcome than the wheel; returns how many runs agreed.
 */
export function checkAgreement(missing) {
  let agreed = 0;
  for (const cpus of sizes) {
    const span = spanNs(cpus, events);
    const expected = outcomeOf(run("wheel", cpus, span));
    for (const program of Object.keys(modelEvents).filter((name) => !(name in missing))) {
      const outcome = outcomeOf(run(program, cpus, span));
      deepStrictEqual(outcome, expected, `${program} differs from wheel on ${cpus} CPUs`);
      agreed++;
    }
  }
  return agreed;
}

function outcomeOf({ rounds, latencyNs, delayed, walks }) {
  return { rounds, latencyNs, delayed, walks };
}
