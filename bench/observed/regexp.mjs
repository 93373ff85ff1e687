/**
 * What a script usually does: readline and one regular expression a line. `node regexp.mjs FILE`.
 * Prints CPU time of this thread for the pass (ns), events and bytes.
 */
import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { threadCpuNs } from "../clock.mjs";

const line =
  /^\s*(.+?)[-\s]+(\d+)\s+\[(\d+)\]\s+(?:(\S{4,8})\s+)?(\d+)\.(\d+):\s+(?:\w+:)?(\w+):\s*(.*)$/;
const file = process.argv[2];
const counts = new Map();
const start = threadCpuNs();
let events = 0;
for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
  const found = line.exec(text);
  if (found === null) continue;
  events++;
  counts.set(found[7], (counts.get(found[7]) ?? 0) + 1);
}
const ns = threadCpuNs() - start;
console.log(JSON.stringify({ ns, events, bytes: statSync(file).size }));
