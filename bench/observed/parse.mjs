/**
 * Reads a text with a parser of the library: `node parse.mjs trace|columns|interrupts FILE TIMES`.
 * `trace` only counts, `columns` keeps every event. Prints one line of JSON: CPU time of this
 * thread for the fastest pass (ns), events or rows, bytes.
 */
import { readFileSync } from "node:fs";
import { parseInterrupts } from "../../dist/lib/observed/interruptSnapshot.js";
import { parseTrace } from "../../dist/lib/observed/trace/read.js";
import { timed } from "../clock.mjs";

const [kind, file, times] = process.argv.slice(2);
const bytes = readFileSync(file);
const count = ({ eventCounts }) => eventCounts.reduce((sum, value) => sum + value, 0);
const parsers = {
  trace: () => count(parseTrace(bytes, { events: [] })),
  columns: () => count(parseTrace(bytes)),
  interrupts: () => parseInterrupts(bytes).rows.length,
};
const parse = parsers[kind];
for (let warm = 0; warm < 3; warm++) parse();
let ns = Infinity;
let events = 0;
for (let round = 0; round < Number(times); round++) {
  const one = timed(parse);
  ns = Math.min(ns, one.ns);
  events = one.result;
}
console.log(JSON.stringify({ ns, events, bytes: bytes.length }));
