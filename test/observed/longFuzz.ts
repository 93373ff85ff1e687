/**
 * The long tier of fuzzing: so many damaged texts for each parser, in shares that are remembered in
 * `out/fuzz`, so that a run that is stopped goes on where it was. An input that breaks a parser is
 * kept in test/fixtures/observed/corpus, which every run of the short tier reads first.
 *
 * SHOOTDOWN_FUZZ says how many (ten million unless it does), SHOOTDOWN_FUZZ_SEED chooses others.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BrokenParser, corpusFolder, type Fuzzed, fuzz, parseMs } from "./fuzzing.ts";

const inputs = Number(process.env.SHOOTDOWN_FUZZ ?? 10_000_000);
const seed = Number(process.env.SHOOTDOWN_FUZZ_SEED ?? 1);
/** Inputs after which the state is written: some seconds. */
const share = 50_000;
const states = join(import.meta.dirname, "../../out/fuzz");
const sources = join(import.meta.dirname, "../../lib/observed");

/** What has been done for one parser. */
interface State {
  /** Of the seeds, the corpus and the sources of the parsers: another one begins anew. */
  readonly digest: string;
  readonly seed: number;
  done: number;
  refused: number;
  /** Of processor time, so that what else runs does not matter. */
  seconds: number;
  slowestMs: number;
}

/** Declares one test a parser. */
export function declareLongFuzz(parsers: readonly Fuzzed[]): void {
  describe.each(parsers)("$name", (parser) => {
    test(`${inputs} damaged texts`, { timeout: 48 * 3_600_000 }, () => {
      const state = stateOf(parser);
      const before = process.memoryUsage().rss;
      const [doneBefore, secondsBefore] = [state.done, state.seconds];
      while (state.done < inputs) {
        const count = Math.min(share, inputs - state.done);
        const started = process.cpuUsage();
        const { slowest, refused } = fuzzKeeping(parser, count, seed + state.done);
        const used = process.cpuUsage(started);
        state.seconds += (used.user + used.system) / 1e6;
        const ms = parseMs(parser, slowest);
        expect(ms / Math.max(1, slowest.length / 4096)).toBeLessThan(100);
        state.done += count;
        state.refused += refused;
        state.slowestMs = Math.max(state.slowestMs, ms);
        write(parser, state);
      }
      tell(parser, state, state.done - doneBefore, state.seconds - secondsBefore);
      expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(512);
    });
  });
}

/** Keeps the input that breaks the parser. */
function fuzzKeeping(parser: Fuzzed, count: number, from: number): ReturnType<typeof fuzz> {
  try {
    return fuzz(parser, count, from);
  } catch (error) {
    if (error instanceof BrokenParser) {
      const name = `${digestOf([error.text]).slice(0, 12)}.txt`;
      mkdirSync(corpusFolder(parser), { recursive: true });
      writeFileSync(join(corpusFolder(parser), name), error.text);
    }
    throw error;
  }
}

function stateOf(parser: Fuzzed): State {
  const known = read(parser);
  const digest = digestOf([...parser.seeds, ...filesUnder(sources).map(textOf)]);
  if (known?.digest === digest && known.seed === seed) return known;
  return { digest, seed, done: 0, refused: 0, seconds: 0, slowestMs: 0 };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map((file) => join(folder, file));
}

function textOf(file: string): string {
  return readFileSync(file, "utf8");
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest("hex");
}

function fileOf({ name }: Fuzzed): string {
  return join(states, `${name.replaceAll(" ", "-")}.json`);
}

function read(parser: Fuzzed): State | undefined {
  if (!existsSync(fileOf(parser))) return undefined;
  return JSON.parse(textOf(fileOf(parser))) as State;
}

function write(parser: Fuzzed, state: State): void {
  mkdirSync(states, { recursive: true });
  writeFileSync(fileOf(parser), `${JSON.stringify(state, null, 1)}\n`);
}

function tell({ name }: Fuzzed, { done, refused, slowestMs }: State, own: number, s: number): void {
  const now = own === 0 ? "all done before" : `${own} now, ${Math.round(own / s)} a CPU second`;
  const share = ((100 * refused) / done).toFixed(1);
  console.info(`${name}: ${done} inputs, ${share} % refused (${now}); ${slowestMs.toFixed(1)} ms`);
}
