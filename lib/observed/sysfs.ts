/** Topology from `/sys/devices/system`: the folder, or what `grep -r .` prints of it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { checkString } from "../base/check.ts";
import { malformed, refused } from "../base/messages.ts";
import { cpuList } from "./cpuLists.ts";

/** One CPU of the topology; what the folder does not say is -1. */
export interface CpuPlace {
  readonly cpu: number;
  readonly socket: number;
  readonly core: number;
  readonly node: number;
  /** All threads of its core, itself included. */
  readonly threads: readonly number[];
}

/** CPUs and nodes of a machine. */
export interface SysfsTopology {
  readonly online: readonly number[];
  readonly possible: readonly number[];
  /** `isolcpus=`, as the kernel understood it. */
  readonly isolated: readonly number[];
  readonly nohzFull: readonly number[];
  readonly places: readonly CpuPlace[];
  readonly nodes: readonly {
    readonly node: number;
    readonly cpus: readonly number[];
    /** Distances to the online nodes, in their order; 10 is the node itself. */
    readonly distances: readonly number[];
  }[];
}

/** Files that are read, below the folder `system`. */
const ofCpu = "physical_package_id|core_id|thread_siblings_list|core_cpus_list";
const wanted = new RegExp(
  String.raw`^(?:cpu/(?:online|possible|isolated|nohz_full)|cpu/cpu\d{1,5}/topology/(?:${ofCpu})` +
    String.raw`|node/node\d{1,5}/(?:cpulist|distance))$`,
);

/** Most characters of one file. */
const maxValue = 65_536;

/** Reads lines `PATH:VALUE`. Throws SD006 when none of them is of a topology. */
export function parseSysfs(text: string): SysfsTopology {
  checkString("sysfs text", text);
  const files = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    const path = line.slice(0, Math.max(0, colon)).replace(/^.{0,400}?(?=(cpu|node)\/)/, "");
    if (wanted.test(path)) files.set(path, line.slice(colon + 1, colon + maxValue).trim());
  }
  if (files.size === 0) {
    throw malformed("sysfs text", text.slice(0, 80), "lines such as cpu/online:0-63");
  }
  return topologyOf(files);
}

/** Reads the folder. Throws SD011 when it cannot be read, SD006 when it holds no topology. */
export function readSysfs(folder: string = "/sys/devices/system"): SysfsTopology {
  const files = new Map<string, string>();
  const read = (path: string): void => {
    try {
      const value = readFileSync(`${folder}/${path}`, "utf8");
      files.set(path, value.slice(0, maxValue).trim());
    } catch {
      // Offline CPUs have no topology, and some files are not on every kernel.
    }
  };
  for (const name of ["online", "possible", "isolated", "nohz_full"]) read(`cpu/${name}`);
  for (const cpu of numbered(folder, "cpu")) {
    for (const name of ["physical_package_id", "core_id", "thread_siblings_list"]) {
      read(`cpu/${cpu}/topology/${name}`);
    }
  }
  for (const node of numbered(folder, "node")) {
    for (const name of ["cpulist", "distance"]) read(`node/${node}/${name}`);
  }
  if (files.size === 0) throw malformed("sysfs folder", folder, "cpu/online and the like");
  return topologyOf(files);
}

function numbered(folder: string, kind: "cpu" | "node"): string[] {
  const path = `${folder}/${kind}`;
  try {
    if (!statSync(folder).isDirectory()) throw new Error("not a folder");
    const names = readdirSync(path).filter((name) => new RegExp(`^${kind}\\d{1,5}$`).test(name));
    return names.sort(
      (left, right) => Number(left.slice(kind.length)) - Number(right.slice(kind.length)),
    );
  } catch (error) {
    if (kind === "node" && (error as { code?: string }).code === "ENOENT") return [];
    throw refused("folder", folder, (error as Error).message);
  }
}

function topologyOf(files: ReadonlyMap<string, string>): SysfsTopology {
  const list = (path: string): number[] => cpuList(files.get(path) ?? "") ?? [];
  const nodes = indexes(files, /^node\/node(\d+)\//).map((node) => ({
    node,
    cpus: list(`node/node${node}/cpulist`),
    distances: (files.get(`node/node${node}/distance`) ?? "")
      .split(/\s+/)
      .filter((word) => /^\d{1,6}$/.test(word))
      .map(Number),
  }));
  const nodeOf = new Map(nodes.flatMap(({ node, cpus }) => cpus.map((cpu) => [cpu, node])));
  const places = indexes(files, /^cpu\/cpu(\d+)\//).map((cpu) => {
    const at = `cpu/cpu${cpu}/topology`;
    const number = (name: string): number => {
      const value = files.get(`${at}/${name}`) ?? "";
      return /^\d{1,7}$/.test(value) ? Number(value) : -1;
    };
    const threads = list(`${at}/thread_siblings_list`);
    return {
      cpu,
      socket: number("physical_package_id"),
      core: number("core_id"),
      node: nodeOf.get(cpu) ?? -1,
      threads: threads.length > 0 ? threads : list(`${at}/core_cpus_list`),
    };
  });
  const [online, possible] = [list("cpu/online"), list("cpu/possible")];
  const [isolated, nohzFull] = [list("cpu/isolated"), list("cpu/nohz_full")];
  return { online, possible, isolated, nohzFull, places, nodes };
}

/** Numbers that the paths hold, ascending. */
function indexes(files: ReadonlyMap<string, string>, pattern: RegExp): number[] {
  const found = [...files.keys()].flatMap((path) => pattern.exec(path)?.[1] ?? []);
  return [...new Set(found.map(Number))].sort((left, right) => left - right);
}
