/** Boots one machine after the other and keeps what they counted. */
import fs from "node:fs";
import path from "node:path";
import { refused } from "../../../lib/base/messages.ts";
import { visible } from "../../../lib/tables/visible.ts";
import { replaceFile } from "../files.ts";
import type { LabRequest } from "./arguments.ts";
import { type BootEnd, boot } from "./boot.ts";
import { type Collected, collect, writeLab } from "./collect.ts";
import { initramfs } from "./initramfs.ts";
import { modeOf } from "./machine.ts";
import { planText } from "./plan.ts";
import type { LabBootPlan, Series } from "./series.ts";
import { buildWorkload, findQemu } from "./tools.ts";

/** What became of one boot. */
export interface BootOutcome {
  readonly boot: string;
  /** Runs that were measured, and that the plan has. */
  readonly runs: number;
  readonly planned: number;
  readonly seconds: number;
  /** `kept`: it had been done before, with the same kernel, plan and settings. */
  readonly end: BootEnd["end"] | "kept";
  /** What went wrong; empty when nothing did. */
  readonly problem: string;
}

/** What became of all. */
export interface LabOutcome {
  readonly boots: readonly BootOutcome[];
  readonly runs: number;
  readonly traces: readonly string[];
  readonly interrupted: boolean;
}

/** Says how far a boot is. */
export type Tell = (text: string, isFinal: boolean) => void;

/**
 * Does the boots of a series that have not been done yet, and writes the CSV after each. A boot
 * that fails does not keep the others from it. Throws SD011 when a tool is missing or a file cannot
 * be written.
 */
export async function runSeries(
  request: LabRequest & { readonly out: string },
  series: Series,
  labFolder: string,
  tools: { readonly signal: AbortSignal; readonly tell: Tell },
): Promise<LabOutcome> {
  const { out, work } = request;
  const starter = new Starter(request, series, labFolder);
  const collected: Collected[] = [];
  const boots: BootOutcome[] = [];
  let written = { runs: 0, traces: [] as readonly string[] };
  for (const one of series.boots) {
    if (tools.signal.aborted) break;
    const known = request.fresh ? undefined : finishedBoot(one);
    const ended = known ?? (await starter.start(one, tools));
    const found = fs.existsSync(one.files.results)
      ? collect(one.files.results, one.name, modeOf(request.accelerator))
      : undefined;
    if (found !== undefined) collected.push(found);
    const outcome = outcomeOf(one, ended, known !== undefined, found);
    boots.push(outcome);
    tools.tell(outcomeText(outcome), true);
    if (outcome.problem === "" && known === undefined) await record(one, ended);
    written = await writeLab(out, work, collected);
  }
  return { boots, ...written, interrupted: tools.signal.aborted };
}

/** Builds what a boot needs when the first one is started: finished series need no tools. */
class Starter {
  readonly #request: LabRequest;
  readonly #series: Series;
  readonly #labFolder: string;
  #init: Uint8Array | undefined;

  constructor(request: LabRequest, series: Series, labFolder: string) {
    this.#request = request;
    this.#series = series;
    this.#labFolder = labFolder;
  }

  async start(
    one: LabBootPlan,
    { signal, tell }: { readonly signal: AbortSignal; readonly tell: Tell },
  ): Promise<BootEnd> {
    const { limitMs } = this.#request;
    const { files, name, runs } = one;
    const qemu = findQemu(this.#series.image.arch, this.#request.qemu);
    const { plan, modules } = this.#series;
    const init = this.#workload();
    await replaceFile(files.initrd, initramfs({ init, plan: planText(plan), modules }));
    for (const old of [files.results, files.log, files.record]) fs.rmSync(old, { force: true });
    tell(`${name}: starting`, false);
    const onProgress = (ended: number): void => tell(`${name}: ${ended} of ${runs} runs`, false);
    const { results } = files;
    return await boot({ qemu, arguments: one.arguments, results, limitMs, signal, onProgress });
  }

  #workload(): Uint8Array {
    if (this.#init !== undefined) return this.#init;
    const { arch } = this.#series.image;
    const file = path.join(this.#request.work, `lab-${arch}`);
    makeFolder(this.#request.work);
    buildWorkload(arch, path.join(this.#labFolder, "src"), file, this.#request.cc);
    this.#init = fs.readFileSync(file);
    return this.#init;
  }
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw refused("folder", folder, (error as Error).message);
  }
}

/** What is kept of a boot that was done to its end, to know it again. */
interface BootRecord {
  readonly digest: string;
  readonly seconds: number;
}

function finishedBoot({ files, digest }: LabBootPlan): BootEnd | undefined {
  try {
    const record = JSON.parse(fs.readFileSync(files.record, "utf8")) as Partial<BootRecord>;
    if (record.digest !== digest || !fs.existsSync(files.results)) return undefined;
    return { end: "off", seconds: Number(record.seconds ?? 0), said: "" };
  } catch {
    return undefined;
  }
}

async function record({ files, digest, arguments: words }: LabBootPlan, { seconds }: BootEnd) {
  const found = { digest, seconds: Math.round(seconds * 10) / 10, qemu: words };
  await replaceFile(files.record, `${JSON.stringify(found, null, 1)}\n`);
}

function outcomeOf(
  one: LabBootPlan,
  { end, seconds, said }: BootEnd,
  kept: boolean,
  found: Collected | undefined,
): BootOutcome {
  const stream = found?.stream;
  const problems = [
    end === "failed" ? `QEMU ended early: ${visible(said.trim(), false)}` : "",
    end === "too long" ? "stopped at the time limit (--limit)" : "",
    end === "interrupted" ? "interrupted" : "",
    stream?.isComplete === true ? "" : `the plan did not come to its end${lastWords(one)}`,
  ];
  return {
    boot: found?.boot ?? one.name,
    runs: stream?.runs.length ?? 0,
    planned: one.runs,
    seconds: Math.round(seconds * 10) / 10,
    end: kept ? "kept" : end,
    problem: problems.filter((problem) => problem !== "").join("; "),
  };
}

/** The end of the kernel's log, for a machine that stopped. */
function lastWords({ files }: LabBootPlan): string {
  try {
    const log = fs.readFileSync(files.log, "utf8").trimEnd().split("\n").slice(-3);
    const words = log.map((line) => visible(line.trim(), false)).filter((line) => line !== "");
    return words.length === 0
      ? "; the kernel said nothing"
      : `; its last words: ${words.join(" | ")}`;
  } catch {
    return "";
  }
}

function outcomeText({ boot: name, runs, planned, seconds, end, problem }: BootOutcome): string {
  const how = end === "kept" ? "done before" : `${seconds} s`;
  const count = runs === planned ? `${runs} runs` : `${runs} of ${planned} runs`;
  return `${name}: ${count}, ${how}${problem === "" ? "" : `\n  ${problem}`}`;
}
