/** Random damage to good texts, fast enough for millions of them, the same for the same seed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ShootdownError } from "../../lib/base/messages.ts";
import { ObservedTrace } from "../../lib/experiments/observedTrace.ts";
import { parseCmdline, parseConfig } from "../../lib/observed/hints.ts";
import { parseInterrupts } from "../../lib/observed/interruptSnapshot.ts";
import { labCsv } from "../../lib/observed/labCsv.ts";
import { readLabStream } from "../../lib/observed/labStream.ts";
import { labLinesOf } from "../../lib/observed/labText.ts";
import { parseLatencies } from "../../lib/observed/latencyCsv.ts";
import { parseLscpu } from "../../lib/observed/lscpu.ts";
import { recognise } from "../../lib/observed/recognise.ts";
import { parseAggregate, parseLkp, parseWprof } from "../../lib/observed/reports.ts";
import { parseRtla } from "../../lib/observed/rtla.ts";
import { parseSysfs } from "../../lib/observed/sysfs.ts";
import { parseTrace } from "../../lib/observed/trace/read.ts";
import { eventRows } from "../../lib/observed/trace/rows.ts";
import * as machine from "./machineSamples.ts";
import { ftrace, graphs, perfScript, traceCmd } from "./samples.ts";

/** A parser, and good texts that are damaged for it. */
export interface Fuzzed {
  readonly name: string;
  readonly seeds: readonly string[];
  readonly parse: (text: string) => unknown;
  /** Inputs of the short tier; formats that share one parser share ten thousand. */
  readonly few?: number;
}

/** Inputs that once broke a parser, or were the slowest it met, by its name. */
export function corpusFolder({ name }: Fuzzed): string {
  return join(import.meta.dirname, "../fixtures/observed/corpus", name.replaceAll(" ", "-"));
}

/** The texts in the folder of a parser; none where there is no folder. */
export function corpusOf(parser: Fuzzed): string[] {
  const folder = corpusFolder(parser);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8"));
}

/** A parser threw an error without a code. */
export class BrokenParser extends Error {
  readonly text: string;

  constructor(message: string, text: string, cause: unknown) {
    super(message, { cause });
    this.text = text;
  }
}

/** Every eighth text goes through the analyses, too. */
let turn = 0;

function readTraceText(text: string): void {
  turn = (turn + 1) % 8;
  if (turn > 0) {
    eventRows(parseTrace(text));
    return;
  }
  const found = new ObservedTrace(parseTrace(text));
  found.events();
  found.latencies();
  found.interrupters();
  found.callSites();
  found.operations();
  found.flushReasons();
  found.notes();
  if (found.spanNs < 1e15) found.rates();
}

/** All parsers of measured data. */
export const parsers: readonly Fuzzed[] = [
  { name: "interrupts", seeds: [machine.interrupts, machine.wrapped], parse: parseInterrupts },
  { name: "ftrace", seeds: [ftrace], parse: readTraceText, few: 2_500 },
  { name: "perf script", seeds: [perfScript], parse: readTraceText, few: 2_500 },
  { name: "trace-cmd report", seeds: [traceCmd], parse: readTraceText, few: 2_500 },
  { name: "function graphs", seeds: [graphs], parse: readTraceText, few: 2_500 },
  { name: "lscpu", seeds: [machine.lscpu, machine.lscpuJson, machine.lscpuP], parse: parseLscpu },
  { name: "sysfs", seeds: [machine.sysfs], parse: parseSysfs },
  { name: "command lines", seeds: [machine.cmdline], parse: parseCmdline },
  { name: "configurations", seeds: [machine.config], parse: parseConfig },
  { name: "rtla", seeds: [machine.osnoise, machine.timerlat, machine.hist], parse: parseRtla },
  { name: "lkp", seeds: [machine.lkp], parse: parseLkp },
  { name: "counts of lines", seeds: [machine.aggregate], parse: parseAggregate },
  { name: "wprof", seeds: [machine.wprof], parse: parseWprof },
  {
    name: "lab data",
    seeds: [machine.lab],
    parse: (text) => Array.from(labCsv.parse(text, { malformed: "skip" })),
  },
  {
    name: "lab stream",
    seeds: [machine.labStream],
    parse: (text) => labLinesOf({ name: "x86-6.1-2-own", mode: "" }, readLabStream([text]).runs),
  },
  { name: "latencies", seeds: [machine.latencies], parse: parseLatencies },
  { name: "recognition", seeds: [ftrace, machine.lscpu, machine.interrupts], parse: recognise },
];

/** What a run of damaged inputs showed. */
export interface FuzzResult {
  readonly inputs: number;
  /** Inputs that were refused with a code. */
  readonly refused: number;
  /** Longest processor time of one input, ms, and that input. */
  readonly slowestMs: number;
  readonly slowest: string;
}

/**
 * Parses `inputs` damaged texts. Throws when a parser throws anything without a code, with the
 * input in the message, so that it can be kept.
 */
export function fuzz({ name, seeds, parse }: Fuzzed, inputs: number, seed: number): FuzzResult {
  const damage = new Damage(seed);
  let refused = 0;
  let slowestMs = 0;
  let slowest = "";
  for (let index = 0; index < inputs; index++) {
    const text = damage.apply(seeds[index % seeds.length]!, seeds);
    const start = performance.now();
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof ShootdownError)) {
        const message = `${name}, seed ${seed}, input ${index}: ${JSON.stringify(text)}`;
        throw new BrokenParser(message, text, error);
      }
      refused++;
    }
    const ms = performance.now() - start;
    if (ms > slowestMs) [slowestMs, slowest] = [ms, text];
  }
  return { inputs, refused, slowestMs, slowest };
}

/** Milliseconds of processor time of one more parse, after one that may compile. */
export function parseMs({ parse }: Fuzzed, text: string): number {
  const once = (): void => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof ShootdownError)) throw error;
    }
  };
  once();
  const before = process.cpuUsage();
  once();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const pieces: readonly string[] = [
  ...["", "\n", "\r\n", "\r", "\0", "\t", " ", ":", ": ", ",", '"', "-", "[", "]", "(", ")", "{"],
  ...["}", "|", "#", "/* ", " */", "=", "0x0", "+0x", "us", "!", "ARRAY[", "CPU:1 [LOST 9 EVENTS]"],
  ...["4294967295", "9007199254740993", "99999999999999999999", "1e9", "NaN", "-1", "\uFEFF"],
  ...["__proto__", "constructor", "<script>", "=1+1", "\u2028", "\u202e", "é", "0".repeat(300)],
  ...["CPU9", "CPU7", " [001] ", "1.000001: ", "a-1 [000] .... 1.0: tlb_flush: ", " ".repeat(200)],
];

/** A small generator of its own (xorshift32), so that an input follows from seed and index. */
class Damage {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
  }

  /** `text` after one to six edits. */
  apply(text: string, others: readonly string[]): string {
    let current = text;
    for (let edits = 1 + this.#below(6); edits > 0; edits--) current = this.#edit(current, others);
    return current;
  }

  #edit(text: string, others: readonly string[]): string {
    const start = this.#below(text.length + 1);
    const length = this.#below(this.#below(4) === 0 ? 200 : 8);
    const taken = text.slice(start, start + length);
    const kept = (middle: string) => text.slice(0, start) + middle + text.slice(start + length);
    switch (this.#below(7)) {
      case 0:
        return kept("");
      case 1:
        return kept(taken + taken);
      case 2:
        return kept(String.fromCharCode(this.#below(256)));
      case 3: {
        const other = others[this.#below(others.length)]!;
        const from = this.#below(other.length);
        return kept(other.slice(from, from + this.#below(400)));
      }
      case 4:
        return text.slice(0, start);
      default:
        return kept(pieces[this.#below(pieces.length)]!);
    }
  }

  #below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % limit;
  }
}
