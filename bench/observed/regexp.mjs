/**
 * What a script usually does: readline and one regular expression a line. `node regexp.mjs
 * loop|events FILE`: lines by `for await`, or by the event "line", which is faster. Prints CPU time
 * of this thread for a pass (ns), the second one, events and bytes.
 */
import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { threadCpuNs } from "../clock.mjs";

const line =
  /^\s*(.+?)[-\s]+(\d+)\s+\[(\d+)\]\s+(?:(\S{4,8})\s+)?(\d+)\.(\d+):\s+(?:\w+:)?(\w+):\s*(.*)$/;
const [way, file] = process.argv.slice(2);
const ways = { loop: byLoop, events: byEvents };
let counts = new Map();
let ns = 0;
for (let pass = 0; pass < 2; pass++) {
  counts = new Map();
  const start = threadCpuNs();
  await ways[way](createInterface({ input: createReadStream(file), crlfDelay: Infinity }));
  ns = threadCpuNs() - start;
}
const events = [...counts.values()].reduce((sum, value) => sum + value, 0);
console.log(JSON.stringify({ ns, events, bytes: statSync(file).size }));

async function byLoop(lines) {
  for await (const text of lines) count(text);
}

function byEvents(lines) {
  lines.on("line", count);
  return new Promise((resolve) => lines.on("close", resolve));
}

function count(text) {
  const found = line.exec(text);
  if (found !== null) counts.set(found[7], (counts.get(found[7]) ?? 0) + 1);
}
