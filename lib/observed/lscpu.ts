/** What `lscpu` says: as text, as JSON (flat and nested), and as columns (`-p`, `-e`). */
import { checkString } from "../base/check.ts";
import { malformed } from "../base/messages.ts";
import { cpuList } from "./cpuLists.ts";
import { type Cache, cacheOf } from "./lscpuCaches.ts";
import { type CpuColumns, columnHeader, cpuRow } from "./lscpuColumns.ts";
import { jsonFields } from "./lscpuJson.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";
import { eachLine } from "./textLines.ts";

/** A NUMA node and its CPUs; a node of memory only has none. */
export interface NodeCpus {
  readonly node: number;
  readonly cpus: readonly number[];
}

/** A machine as lscpu shows it; what the text does not say is undefined or empty. */
export interface LscpuData {
  /** Every field by its name without the colon; a repeated one gets `#2`, `#3` …. */
  readonly fields: Readonly<Record<string, string>>;
  readonly architecture: string | undefined;
  /** CPUs in the system, the offline ones included. */
  readonly cpus: number | undefined;
  readonly online: readonly number[] | undefined;
  readonly threadsPerCore: number | undefined;
  readonly coresPerSocket: number | undefined;
  readonly sockets: number | undefined;
  readonly vendor: string | undefined;
  /** One name for each kind of core: hybrid parts have several. */
  readonly models: readonly string[];
  readonly flags: readonly string[];
  readonly hypervisor: string | undefined;
  readonly nodes: readonly NodeCpus[];
  readonly caches: readonly Cache[];
  /** The columns of `lscpu -p`, where the text has them; the first block if there are several. */
  readonly perCpu: CpuColumns | undefined;
  readonly skipped: readonly SkippedLines[];
}

/** Longest text that is read: far above any machine. */
const maxLength = 16_777_216;

/**
 * Reads the output of lscpu in any of its forms. Throws SD006 when nothing in the text is of lscpu,
 * for malformed JSON, and for a text of more than 16 MiB; SD001 or SD003 when it is no text.
 */
export function parseLscpu(text: string): LscpuData {
  checkString("lscpu text", text);
  if (text.length > maxLength) throw malformed("lscpu", `${text.length} characters`, "16 MiB");
  const fields = new Fields();
  const skipped = new SkipCounter();
  const perCpu: CpuColumns[] = [];
  if (text.trimStart().startsWith("{")) {
    for (const [name, value] of jsonFields(text)) fields.add(name, value);
  } else readLines(text, fields, perCpu, skipped);
  if (fields.size === 0 && perCpu.length === 0) {
    throw malformed("lscpu", text.slice(0, 80).trim(), "lines such as CPU(s): 64");
  }
  return dataOf(fields, perCpu, skipped.list());
}

function readLines(text: string, fields: Fields, tables: CpuColumns[], skipped: SkipCounter): void {
  let table: CpuColumns | undefined;
  eachLine(text, (line, number) => {
    const header = columnHeader(line);
    if (header !== undefined) {
      table = header;
      tables.push(table);
      return;
    }
    const row = table === undefined ? "other" : cpuRow(table, line);
    if (row === "no CPU") skipped.add("row without a CPU", number, line);
    if (row !== "other") return;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim();
    if (line.trim() === "") skipped.add("blank line", number, line);
    else if (line.startsWith("#")) skipped.add("comment", number, line);
    else if (name === "" || name.length > 80) skipped.add("no field", number, line);
    else fields.add(name, line.slice(colon + 1).trim());
  });
}

/** Fields in their order, repeated names numbered. */
class Fields {
  readonly #values = new Map<string, string>();
  readonly #uses = new Map<string, number>();

  get size(): number {
    return this.#values.size;
  }

  add(name: string, value: string): void {
    const uses = (this.#uses.get(name) ?? 0) + 1;
    this.#uses.set(name, uses);
    this.#values.set(uses === 1 ? name : `${name}#${uses}`, value);
  }

  /** The value of the first of these names that has one; `-` and the empty value are none. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.#values.get(name);
      if (value !== undefined && value !== "" && value !== "-") return value;
    }
    return undefined;
  }

  integer(...names: readonly string[]): number | undefined {
    const value = this.text(...names) ?? "";
    return /^\d{1,7}$/.test(value) ? Number(value) : undefined;
  }

  entries(): [string, string][] {
    return [...this.#values];
  }
}

function dataOf(fields: Fields, tables: CpuColumns[], skipped: SkippedLines[]): LscpuData {
  const entries = fields.entries();
  const online = fields.text("On-line CPU(s) list");
  const named = (pattern: RegExp): string[] =>
    entries.filter(([name]) => pattern.test(name)).map(([, value]) => value);
  return {
    fields: Object.fromEntries(entries),
    architecture: fields.text("Architecture"),
    cpus: fields.integer("CPU(s)"),
    online: online === undefined ? undefined : cpuList(online),
    threadsPerCore: fields.integer("Thread(s) per core"),
    coresPerSocket: fields.integer("Core(s) per socket", "Core(s) per cluster"),
    sockets: fields.integer("Socket(s)", "Socket(s) per book", "Cluster(s)"),
    vendor: fields.text("Vendor ID"),
    models: named(/^Model name(#\d+)?$/).filter((model) => model !== "-" && model !== ""),
    flags: (fields.text("Flags") ?? "").split(/\s+/).filter((flag) => flag !== ""),
    hypervisor: fields.text("Hypervisor vendor", "Hypervisor"),
    nodes: entries.flatMap(([name, value]) => nodeOf(name, value)),
    caches: entries.flatMap(([name, value]) => cacheOf(name, value)),
    perCpu: tables[0],
    skipped,
  };
}

function nodeOf(name: string, value: string): NodeCpus[] {
  const found = /^NUMA node(\d{1,5}) CPU\(s\)$/.exec(name);
  const cpus = cpuList(value === "-" ? "" : value);
  return found === null || cpus === undefined ? [] : [{ node: Number(found[1]), cpus }];
}
