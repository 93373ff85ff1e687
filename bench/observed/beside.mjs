/**
 * The parser of traces beside what a script usually does, readline and one regular expression a
 * line: `node beside.mjs FILE TURNS`. The passes are made in turn and the fastest of each counts:
 * what else a machine does only slows them. Prints CPU time of this thread (ns) of a parser that
 * counts or keeps every event (columns), of readline by `for await` (loop) or by its event "line"
 * (lines), and how many events all of them found.
 */
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseTrace } from "../../dist/lib/observed/trace/read.js";
import { threadCpuNs } from "../clock.mjs";

const line =
  /^\s*(.+?)[-\s]+(\d+)\s+\[(\d+)\]\s+(?:(\S{4,8})\s+)?(\d+)\.(\d+):\s+(?:\w+:)?(\w+):\s*(.*)$/;
const [file, turns] = process.argv.slice(2);
const bytes = readFileSync(file);

const passes = {
  counts: () => parsed({ events: [] }),
  loop: byLoop,
  columns: () => parsed({}),
  lines: byEvents,
};
const fastest = {};
const found = new Set();
for (let turn = 0; turn < Number(turns); turn++) {
  for (const [name, pass] of Object.entries(passes)) {
    const start = threadCpuNs();
    found.add(await pass());
    fastest[name] = Math.min(fastest[name] ?? Infinity, threadCpuNs() - start);
  }
}
if (found.size > 1) throw new Error(`they found ${[...found].join(" and ")} events`);
console.log(JSON.stringify({ ...fastest, events: [...found][0] }));

function parsed(options) {
  return parseTrace(bytes, options).eventCounts.reduce((sum, value) => sum + value, 0);
}

async function byLoop() {
  const counts = new Map();
  for await (const text of lines()) count(counts, text);
  return total(counts);
}

async function byEvents() {
  const counts = new Map();
  const reading = lines();
  reading.on("line", (text) => count(counts, text));
  await new Promise((resolve) => reading.on("close", resolve));
  return total(counts);
}

function lines() {
  return createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}

function count(counts, text) {
  const match = line.exec(text);
  if (match !== null) counts.set(match[7], (counts.get(match[7]) ?? 0) + 1);
}

function total(counts) {
  return [...counts.values()].reduce((sum, value) => sum + value, 0);
}
