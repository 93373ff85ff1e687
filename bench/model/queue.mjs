/**
 * Runs the model on one queue: `node queue.mjs wheel|heap CPUS UNTIL_NS`. Prints one line of JSON:
 * what happened, and the CPU time of the run, ns; a warm-up comes first.
 */
import { TimingWheel } from "../../dist/lib/base/wheel.js";
import { timed } from "../clock.mjs";
import { ObjectHeap } from "./objectHeap.mjs";
import { spanNs } from "./parameters.mjs";
import { runWalkers } from "./walkers.mjs";

const [kind, cpusText, untilText] = process.argv.slice(2);
const cpus = Number(cpusText);
const newQueue = () => (kind === "wheel" ? new TimingWheel(4 * cpus + 64) : new ObjectHeap());

for (let i = 0; i < 3; i++) runWalkers(newQueue(), cpus, spanNs(cpus, 500_000));
const { result, ns } = timed(() => runWalkers(newQueue(), cpus, Number(untilText)));
console.log(JSON.stringify({ ...result, ns }));
