/** Small traces in the formats that parsers read, written for the tests: test/fixtures/observed. */
import { readFileSync } from "node:fs";

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/observed/${name}`, import.meta.url), "utf8");
}

/** ftrace with all kinds of events; a flush, a broadcast to CPUs 1 and 33, a rescheduling. */
export const ftrace: string = fixture("ftrace.txt");

/** perf script, as by default and with the advised fields, a sample, a call chain. */
export const perfScript: string = fixture("perf-script.txt");

/** trace-cmd report, plain and raw. */
export const traceCmd: string = fixture("trace-cmd-report.txt");

/** function_graph with and without absolute times, and the latency format. */
export const graphs: string = fixture("function-graphs.txt");
