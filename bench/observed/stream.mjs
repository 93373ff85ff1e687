/**
 * A stream of 1 GiB through the parser of traces: `node --max-old-space-size=256 stream.mjs GIB`.
 * Prints CPU time (ns), events, bytes, and the largest heap and resident size seen (MiB).
 */
import { readTrace } from "../../dist/lib/observed/trace/read.js";
import { threadCpuNs } from "../clock.mjs";
import { tracePiece } from "./texts.mjs";

const wanted = Number(process.argv[2] ?? 1) * 2 ** 30;
const piece = Buffer.from(tracePiece("ftrace", 2 ** 20).text);
let bytes = 0;
let heap = 0;
let resident = 0;

async function* pieces() {
  for (; bytes < wanted; bytes += piece.length) {
    const { heapUsed, rss } = process.memoryUsage();
    heap = Math.max(heap, heapUsed);
    resident = Math.max(resident, rss);
    yield piece;
  }
}

const keep = process.argv[3] === "columns" ? {} : { events: [] };
const start = threadCpuNs();
const { eventCounts } = await readTrace(pieces(), keep);
const ns = threadCpuNs() - start;
const events = eventCounts.reduce((sum, value) => sum + value, 0);
const [heapMiB, residentMiB] = [heap, resident].map((size) => Math.round(size / 2 ** 20));
console.log(JSON.stringify({ ns, events, bytes, heapMiB, residentMiB }));
