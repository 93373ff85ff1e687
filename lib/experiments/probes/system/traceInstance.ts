/** A trace instance of the probe's own: nobody else's tracing is touched. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { refused } from "../../../base/messages.ts";
import type { Recorder } from "../window.ts";
import { Guard } from "./guard.ts";
import { readThrough } from "./readThrough.ts";

/** Events of interrupts between CPUs and of flushes; kernels and architectures have some. */
const EVENTS: readonly string[] = [
  ...["ipi/ipi_send_cpu", "ipi/ipi_send_cpumask", "ipi/ipi_raise"],
  ...["ipi/ipi_entry", "ipi/ipi_exit", "tlb/tlb_flush"],
  ...["csd/csd_queue_cpu", "csd/csd_function_entry", "csd/csd_function_exit"],
  ...["irq_vectors/call_function_entry", "irq_vectors/call_function_exit"],
  ...["irq_vectors/call_function_single_entry", "irq_vectors/call_function_single_exit"],
];

const PREFIX = "shootdown-";
/** Buffers: of one CPU, and of all together, KiB. */
const BUFFER_KIB = 4096;
const ALL_BUFFERS_KIB = 262_144;
/** How long a reader may take, and how long the removal waits for other readers, ms. */
const READ_MS = 60_000;
const REMOVE_MS = 5000;

/** Goes on for ten minutes: a folder that somebody reads cannot be removed. */
const REMOVE = `n=0
while [ -d "$1" ] && [ $n -lt 6000 ]; do
  echo 0 > "$1/tracing_on" 2>/dev/null
  rmdir "$1" 2>/dev/null || sleep 0.1
  n=$((n+1))
done`;

/** One instance, from {@link TraceInstance.create} until {@link TraceInstance.remove}. */
export class TraceInstance implements Recorder {
  /** Its folder. */
  readonly folder: string;
  /** Events that this kernel has; it records these. */
  readonly events: readonly string[];
  readonly #guard: Guard;
  readonly #switch: number;

  private constructor(folder: string, guard: Guard) {
    this.folder = folder;
    this.#guard = guard;
    this.#set("tracing_on", "0");
    this.#set("trace_clock", "mono");
    const each = Math.floor(ALL_BUFFERS_KIB / availableParallelism());
    this.#set("buffer_size_kb", String(Math.min(BUFFER_KIB, each)));
    this.events = EVENTS.filter((event) => existsSync(path.join(folder, "events", event)));
    for (const event of this.events) this.#set(`events/${event}/enable`, "1");
    this.#switch = openSync(this.switchFile, "w");
  }

  /**
   * Makes one, switched off, under the mounted tracefs. Throws SD011 where there is none, without
   * privileges, and for a kernel that has none of the events.
   */
  static async create(root: string = tracefs()): Promise<TraceInstance> {
    const instances = path.join(root, "instances");
    removeStale(instances);
    const folder = path.join(instances, `${PREFIX}${process.pid}`);
    // First the one who removes it, so that there is no moment without.
    const guard = new Guard(REMOVE, [folder]);
    try {
      mkdirSync(folder);
    } catch (error) {
      guard.cancel();
      throw refused("trace instance", folder, (error as Error).message);
    }
    try {
      const made = new TraceInstance(folder, guard);
      if (made.events.length > 0) return made;
      await made.remove();
    } catch (error) {
      await guard.release();
      throw refused("trace instance", folder, (error as Error).message);
    }
    throw refused("trace instance", folder, `this kernel has none of ${EVENTS.join(", ")}`);
  }

  /** The file that a `1` starts and a `0` stops. */
  get switchFile(): string {
    return path.join(this.folder, "tracing_on");
  }

  on(): void {
    writeSync(this.#switch, "1");
  }

  off(): void {
    writeSync(this.#switch, "0");
  }

  /** Forgets what was recorded. */
  clear(): void {
    writeFileSync(path.join(this.folder, "trace"), "");
  }

  /** What was recorded. Throws SD011 where it cannot be read within a minute. */
  async text(patienceMs: number = READ_MS): Promise<string> {
    return readThrough(path.join(this.folder, "trace"), patienceMs);
  }

  /** Stops and removes it. Throws SD011 while others read it; it goes when they stop. */
  async remove(patienceMs: number = REMOVE_MS): Promise<void> {
    closeSync(this.#switch);
    this.#set("tracing_on", "0");
    await this.#guard.release(patienceMs);
    if (!existsSync(this.folder)) return;
    throw refused("trace instance", this.folder, "somebody reads it; removed when they stop");
  }

  #set(name: string, value: string): void {
    writeFileSync(path.join(this.folder, name), value);
  }
}

/** Where tracefs is mounted. Throws SD011. */
export function tracefs(mounts: string = readFileSync("/proc/mounts", "latin1")): string {
  for (const line of mounts.split("\n")) {
    const [, place = "", type] = line.split(" ");
    if (type === "tracefs") return place.replaceAll("\\040", " ");
  }
  const how = "it is not mounted: mount -t tracefs nodev /sys/kernel/tracing, as root";
  throw refused("tracefs", "/proc/mounts", how);
}

/** Instances of processes that are gone, whose guard was killed, too. */
function removeStale(instances: string): void {
  let names: string[];
  try {
    names = readdirSync(instances);
  } catch (error) {
    throw refused("tracefs", instances, `${(error as Error).message}; it takes root`);
  }
  for (const name of names) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : Number.NaN;
    if (!Number.isInteger(pid) || existsSync(`/proc/${pid}`)) continue;
    try {
      rmdirSync(path.join(instances, name));
    } catch {
      // Somebody reads it.
    }
  }
}
