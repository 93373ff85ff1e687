/**
 * Lines of the function_graph tracer: calls with durations, and events as comments among them.
 *
 *      0)               |    /* ipi_send_cpu: cpu=19 callsite=f+0x0/0x40 callback=0x0 *\/
 *      0)   0.713 us    |  }
 *     7238523.638008 |   1)  bash-1234 |   1.5 us   |  xen_send_IPI_one();
 */
import { type Bytes, textIn } from "./bytes.ts";
import { emptyHead, type Head } from "./head.ts";

/** An event or call in a line of a function graph. */
export interface GraphLine {
  readonly head: Head;
  readonly task: string;
  readonly event: string;
  readonly args: string;
}

/** Names of the events that calls become; `func` is the function where the line names it. */
export const graphEvents = { call: "funcgraph_entry", end: "funcgraph_exit" } as const;

/** Longest line that is looked at. */
const room = 4096;

const front = new RegExp(
  String.raw`^\s*(?:(\d{1,12})\.(\d{6,9})\s*\|\s*)?(\d{1,5})\)\s*` +
    String.raw`(?:([^|]{0,40}?)-(\d{1,10})\s*\|)?([^|]*)\|(.*)$`,
);

/** The event in a line, or undefined when it is none of a function graph. */
export function graphLine(bytes: Bytes, start: number, stop: number): GraphLine | undefined {
  if (!mayBeGraph(bytes.at, start, stop)) return undefined;
  const found = front.exec(textIn(bytes.at, start, Math.min(stop, start + room)));
  if (found === null) return undefined;
  const body = found[7]!.trim();
  const head = headOf(found);
  const task = (found[4] ?? "").trim();
  const comment = commentIn(body);
  if (comment !== undefined) return { head, task, ...comment };
  const ends = body.startsWith("}") || body.endsWith(";");
  const name = /^(?:\} \/\* )?([\w.]{1,128})/.exec(body)?.[1] ?? "";
  const us = /^\s*\W?\s{0,40}(\d{1,15}\.\d{1,3}) us/.exec(found[6]!)?.[1];
  const duration = us === undefined ? "" : ` duration ${Math.round(Number(us) * 1000)} ns`;
  const event = ends ? graphEvents.end : graphEvents.call;
  return { head, task, event, args: `${name}${duration}` };
}

/** The event in `/* name: arguments *\/`; the name alone is that of a function which ends. */
function commentIn(body: string): { event: string; args: string } | undefined {
  if (!body.startsWith("/*") || !body.endsWith("*/")) return undefined;
  const inside = body.slice(2, -2).trim();
  const colon = inside.indexOf(":");
  const event = inside.slice(0, Math.max(0, colon));
  if (!/^[\w.-]{1,64}$/.test(event)) return undefined;
  return { event, args: inside.slice(colon + 1).trim() };
}

function headOf([, seconds, nanos, cpu, , pid]: RegExpExecArray): Head {
  const head = emptyHead();
  head.cpu = Number(cpu);
  head.pid = pid === undefined ? -1 : Number(pid);
  if (seconds !== undefined) {
    head.timed = true;
    head.seconds = Number(seconds);
    head.nanos = Number(nanos!.padEnd(9, "0"));
  }
  return head;
}

/** Whether a digit is the first thing, and `)` and `|` stand among the first bytes. */
function mayBeGraph(at: Uint8Array, start: number, stop: number): boolean {
  let index = start;
  while (index < stop && at[index] === 32) index++;
  const code = at[index]!;
  if (index === stop || code < 48 || code > 57) return false;
  const limit = Math.min(stop, start + 64);
  let closed = false;
  for (; index < limit; index++) {
    if (at[index] === 41) closed = true;
    else if (at[index] === 124 && closed) return true;
  }
  return false;
}
