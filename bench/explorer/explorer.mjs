/**
 * Explores the question of trackers.mjs: `node explorer.mjs MODEL WALKERS full|reduced`. Prints one
 * line of JSON: CPU time of the search (ns) and of this thread since the process began
 * (sinceStartNs), states, transitions, bytes, verdict. Full searches come after a warm-up; reduced
 * ones do not, because the time to a verdict counts.
 */
import { explore } from "../../dist/lib/explorer/explore.js";
import { threadCpuNs, timed } from "../clock.mjs";
import { trackers } from "./trackers.mjs";

const [model, walkers, mode] = process.argv.slice(2);
const isReduced = mode === "reduced";
const options = { merging: isReduced, symmetry: isReduced, maxStates: 1e8 };
for (let i = 0; i < 20 && !isReduced; i++) explore(trackers(model, 2), options);
const { result, ns } = timed(() => explore(trackers(model, Number(walkers)), options));
const { outcome, states, transitions, bytes } = result;
const sinceStartNs = threadCpuNs();
console.log(JSON.stringify({ ns, sinceStartNs, states, transitions, bytes, outcome }));
