/**
 * The baseline: the same steps, but states are arrays that are told apart as strings in a set.
 * `node strings.mjs MODEL WALKERS` prints what explorer.mjs does.
 */
import { Expansion } from "../../dist/lib/explorer/expand.js";
import { writeInitial } from "../../dist/lib/explorer/initial.js";
import { ExplorerState } from "../../dist/lib/explorer/state.js";
import { compileSystem } from "../../dist/lib/explorer/system.js";
import { timed } from "../clock.mjs";
import { trackers } from "./trackers.mjs";

function search(spec) {
  const s = new ExplorerState(compileSystem(spec), { merging: false, symmetry: false });
  const known = new Set();
  const queue = [];
  let transitions = -1;
  const add = () => {
    transitions++;
    const state = s.words.slice();
    const key = state.join(",");
    if (known.has(key)) return;
    known.add(key);
    queue.push(state);
  };
  const expansion = new Expansion(s, add);
  writeInitial(s);
  add();
  for (let i = 0; i < queue.length; i++) {
    s.words.set(queue[i]);
    queue[i] = undefined;
    expansion.expand();
  }
  return { states: known.size, transitions };
}

const [model, walkers] = process.argv.slice(2);
for (let i = 0; i < 20; i++) search(trackers(model, 2));
const { result, ns } = timed(() => search(trackers(model, Number(walkers))));
console.log(JSON.stringify({ ns, ...result }));
