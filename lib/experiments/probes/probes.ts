/** Probes: an operation on this machine's own Linux, counted and compared with the model. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { refused } from "../../base/messages.ts";
import { linuxFrom } from "../fromData/linuxFrom.ts";
import { type LscpuMachine, lscpuMachine } from "../fromData/machineFromLscpu.ts";
import { simulate } from "../simulate.ts";
import {
  completeSizes,
  type ProbeCase,
  type ProbeName,
  type ProbeSizes,
  probeCases,
} from "./cases.ts";
import { gatherThreads, type Libc, loadLibc } from "./libc.ts";
import { Probe } from "./probe.ts";
import { startSiblings } from "./siblings.ts";
import { type Repetition, Window } from "./window.ts";

/** Options of a probe. */
export interface ProbeOptions extends Partial<ProbeSizes> {
  /** Threads, the one that works included; at most one a CPU. Default: 1 for collapse, else 2. */
  readonly threads?: number;
  /** What the other threads do. Default `spin`. */
  readonly siblings?: "spin" | "sleep";
  /** How often; the first is not counted. Default 7. */
  readonly repetitions?: number;
  /** Real-time priority in the windows, so that spinning threads do run. Default: if allowed. */
  readonly priority?: "fifo" | "normal";
}

const KEYS = ["bytes", "calls", "threads", "siblings", "repetitions", "priority"];

/** Probes of this machine; nothing is done before one is called. Each says SD011 for a refusal. */
export const probe: {
  readonly [Name in ProbeName]: (options?: ProbeOptions) => Promise<Probe>;
} & {
  /** What a probe would do, in words. */
  readonly plan: (name: ProbeName, options?: ProbeOptions) => string;
} = {
  collapse: (options) => measure(probeCases.collapse, options),
  munmap: (options) => measure(probeCases.munmap, options),
  mprotect: (options) => measure(probeCases.mprotect, options),
  dontneed: (options) => measure(probeCases.dontneed, options),
  membarrier: (options) => measure(probeCases.membarrier, options),
  plan,
};

type Complete = Required<Omit<ProbeOptions, "priority">> & {
  readonly priority: ProbeOptions["priority"] | undefined;
};

function complete(kind: ProbeCase, options: ProbeOptions): Complete {
  checkKeys(`probe.${kind.name}`, options, KEYS);
  const { threads = kind.name === "collapse" ? 1 : 2, siblings = "spin" } = options;
  const { repetitions = 7, priority } = options;
  if (priority !== undefined) checkOneOf("priority", priority, ["fifo", "normal"]);
  return {
    ...completeSizes(options),
    threads: checkInteger("threads", threads, 1, 4096),
    siblings: checkOneOf("siblings", siblings, ["spin", "sleep"]),
    repetitions: checkInteger("repetitions", repetitions, 1, 1000),
    priority,
  };
}

function plan(name: ProbeName, options: ProbeOptions = {}): string {
  const kind = probeCases[checkOneOf("probe", name, Object.keys(probeCases) as ProbeName[])];
  const wanted = complete(kind, options);
  const others = wanted.threads - 1;
  const beside = others === 0 ? "no other thread" : `${others} more, which ${wanted.siblings}`;
  return [
    `${wanted.repetitions + 1} times: ${kind.says}; ${kind.params(wanted)}.`,
    `This process moves to the first CPU it may use, with ${beside}, on CPUs of their own.`,
    "/proc/interrupts is read before and after, and after an idle time of the same length.",
    ...(mayUseFifo(kind, wanted) ? ["During the windows, if allowed: real-time priority."] : []),
    "Nothing else is changed; memory and priorities are given back.",
  ].join("\n");
}

function mayUseFifo(kind: ProbeCase, { threads, siblings, priority }: Complete): boolean {
  if (priority !== undefined) return priority === "fifo";
  return !kind.starves && threads > 1 && siblings === "spin";
}

async function measure(kind: ProbeCase, options: ProbeOptions = {}): Promise<Probe> {
  const wanted = complete(kind, options);
  const libc = await loadLibc();
  const machine = ownMachine();
  const cpus = allowedCpus();
  checkMachine(kind, wanted, cpus);
  const used = cpus.slice(0, wanted.threads);
  const { linux, notes } = linuxFrom({ release: release(), cmdline: procText("cmdline") });
  const { threads, siblings } = wanted;
  const run = simulate({
    machine: machine.machine,
    linux,
    backend: machine.backend,
    workload: kind.workload({ threads, siblings }, wanted),
  });
  const measured = await repeat(libc, kind, { wanted, used });
  const own = ` T=${threads} st=${siblings}`;
  return new Probe(
    {
      probe: kind.name,
      params: kind.params(wanted) + own,
      kernel: release(),
      cmdline: procText("cmdline"),
      cpuModel: machine.machine.name,
      hypervisor: machine.backend.name === "native" ? "" : machine.backend.name,
      thpMode: thpMode(),
      cpus: machine.machine.cpus,
      siblingCpus: used.slice(1),
      priority: measured.fifo ? "fifo" : "normal",
      notes: [...notes, ...machine.notes],
    },
    measured.repetitions,
    run,
  );
}

interface Setting {
  readonly wanted: Complete;
  readonly used: readonly number[];
}

async function repeat(
  libc: Libc,
  kind: ProbeCase,
  { wanted, used }: Setting,
): Promise<{ readonly repetitions: Repetition[]; readonly fifo: boolean }> {
  const { siblings, threads } = await startSiblings(used.slice(1));
  const spinning = wanted.siblings === "spin";
  const everyone = [0, ...threads];
  const release = gatherThreads(libc, used[0]!, new Set(threads));
  const window = new Window(spinning ? siblings : []);
  const repetitions: Repetition[] = [];
  let fifo = mayUseFifo(kind, wanted);
  const set = (on: boolean): boolean => everyone.every((one) => libc.setFifo(one, on) === 0);
  try {
    for (let i = 0; i <= wanted.repetitions; i++) {
      kind.prepare(libc, wanted);
      try {
        if (fifo && !set(true)) {
          set(false);
          if (wanted.priority === "fifo") throw refused("priority", "fifo", "needs privileges");
          fifo = false;
        }
        for (const sibling of siblings) sibling.set("spin");
        if (!spinning) for (const sibling of siblings) sibling.set("sleep");
        window.pause(SETTLE_MS);
        const found = window.measure(() => kind.operate(libc, wanted));
        if (i > 0) repetitions.push(found);
      } finally {
        for (const sibling of siblings) sibling.set("sleep");
        if (fifo) set(false);
        kind.cleanUp(libc, wanted);
      }
    }
  } finally {
    window.close();
    release();
    for (const sibling of siblings) await sibling.end();
  }
  return { repetitions, fifo };
}

/** What is still under way when a repetition begins gets this long, ms. */
const SETTLE_MS = 20;

/** Throws SD011 for what this machine cannot show. */
function checkMachine(kind: ProbeCase, { threads }: Complete, cpus: readonly number[]): void {
  if (cpus.length < 2) {
    throw refused("probe", kind.name, "one CPU: there is nobody to interrupt");
  }
  if (threads > cpus.length) {
    throw refused("threads", threads, `${cpus.length} CPUs may be used: one thread a CPU`);
  }
  if (kind.name === "collapse" && !["always", "madvise"].includes(thpMode())) {
    throw refused("probe", kind.name, "no transparent huge pages: nothing can collapse");
  }
}

function procText(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, "utf8").trim();
  } catch (error) {
    throw refused("file", `/proc/${name}`, (error as Error).message);
  }
}

/** `always`, `madvise` or `never`; empty where the kernel has none. */
function thpMode(): string {
  try {
    const text = readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "utf8");
    return /\[(\w+)\]/.exec(text)?.[1] ?? "";
  } catch {
    return "";
  }
}

function allowedCpus(): number[] {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(procText("self/status"))?.[1] ?? "";
  return list.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function ownMachine(): LscpuMachine {
  try {
    return lscpuMachine(
      execFileSync("lscpu", { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } }),
    );
  } catch (error) {
    throw refused("lscpu", process.platform, (error as Error).message);
  }
}
