/**
 * The baseline: the same steps, but a set of strings tells states apart. `text`: a state is the text
 * of its fields, in the set and in the queue. `packed`: its fields are packed into words as ours
 * are, the queue has arrays of them, and only the set has text.
 * `node strings.mjs MODEL WALKERS text|packed` prints what explorer.mjs does.
 */
import { Expansion } from "../../dist/lib/explorer/expand.js";
import { writeInitial } from "../../dist/lib/explorer/initial.js";
import { BITS_AT } from "../../dist/lib/explorer/layout.js";
import { ExplorerState } from "../../dist/lib/explorer/state.js";
import { compileSystem } from "../../dist/lib/explorer/system.js";
import { timed } from "../clock.mjs";
import { trackers } from "./trackers.mjs";

const forms = {
  text: (s) => {
    const fields = Array.from(s.fields.table.places.keys()).filter((field) => hasBits(s, field));
    return {
      key: () => fields.map((field) => s.get(field)).join(","),
      keep: (key) => key,
      load: (key) => {
        for (const [i, value] of key.split(",").entries()) s.set(fields[i], Number(value));
      },
    };
  },
  packed: (s) => ({
    key: () => s.words.join(","),
    keep: () => s.words.slice(),
    load: (words) => s.words.set(words),
  }),
};

/** Fields of no bits hold 0 for ever. */
function hasBits(s, field) {
  return s.fields.table.places[field] >>> BITS_AT > 0;
}

function search(spec, form) {
  const s = new ExplorerState(compileSystem(spec), { merging: false, symmetry: false });
  const { key, keep, load } = forms[form](s);
  const known = new Set();
  const queue = [];
  let transitions = -1;
  const add = () => {
    transitions++;
    const text = key();
    if (known.has(text)) return;
    known.add(text);
    queue.push(keep(text));
  };
  const expansion = new Expansion(s, add);
  writeInitial(s);
  add();
  for (let i = 0; i < queue.length; i++) {
    load(queue[i]);
    queue[i] = undefined;
    expansion.expand();
  }
  return { states: known.size, transitions };
}

const [model, walkers, form] = process.argv.slice(2);
for (let i = 0; i < 20; i++) search(trackers(model, 2), form);
const { result, ns } = timed(() => search(trackers(model, Number(walkers)), form));
console.log(JSON.stringify({ ns, ...result }));
