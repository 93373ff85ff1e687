/**
 * 20 GiB collapsed on CPUS CPUs in a fresh process, without a warm-up: `node collapse.mjs
 * engine|public CPUS`, through `runPlan` or the public `simulate`. Prints one line of JSON:
 * interrupts, CPU time of all threads (ns), and by how much the process grew (bytes).
 */
import { runPlan } from "../../dist/lib/engine/engine.js";
import { planScene } from "../../dist/lib/experiments/scene.js";
import { simulate } from "../../dist/lib/experiments/simulate.js";
import { processCpuNs } from "../clock.mjs";
import { collapseScene } from "./plans.mjs";

const [way, cpus] = process.argv.slice(2);
const scene = collapseScene(Number(cpus));
const before = process.memoryUsage.rss();
const start = processCpuNs();
const { rows } = way === "engine" ? runPlan(planScene(scene), { seed: 1 }) : simulate(scene).result;
const ns = processCpuNs() - start;
const bytes = 1024 * process.resourceUsage().maxRSS - before;
const interrupts = rows.CAL.reduce((sum, count) => sum + count, 0);
console.log(JSON.stringify({ interrupts, ns, bytes }));
