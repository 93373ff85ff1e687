/** Names of the lab's boots: ARCH-RELEASE-CPUS-PLAN[-TAG…], as in `x86-7.3p2-8-policy`. */
import { checkString } from "../base/check.ts";
import { malformed } from "../base/messages.ts";
import type { ArchKind } from "../machine/arch.ts";

/** The machine, Linux and plan that a boot name stands for. */
export interface BootName {
  readonly arch: ArchKind;
  /** `6.1`, `6.12`, `6.18`, `7.2`, `7.3`. */
  readonly release: string;
  /** A PREEMPT_RT build (`6.12rt`). */
  readonly preemptRt: boolean;
  /** Sync policy chosen at boot on a changed Linux (`p0` … `p3`); undefined on an unchanged one. */
  readonly policy: "broadcast" | "skip" | "targeted" | "rcu" | undefined;
  /** CPUs of the machine. */
  readonly cpus: number;
  /** The set of cases that was run: `main`, `scale`, `policy`; `host` for native boots. */
  readonly plan: string;
  /** What stands behind the plan: `idlepoll`, `isolated`, `mt`, `partial`. */
  readonly tags: readonly string[];
  /** `polling` for `idle=poll` (tag `idlepoll`), else `halt`. */
  readonly idle: "halt" | "polling";
  /** Run on the lab's own machine (arch `host`, an x86 guest), not emulated. */
  readonly native: boolean;
  /** Native boots: threads under SCHED_FIFO, or of normal priority beside other load. */
  readonly priority: "fifo" | "nice" | undefined;
}

const ARCHES: Readonly<Record<string, ArchKind>> = {
  x86: "x86",
  arm64: "arm64",
  ppc: "powerpc",
  host: "x86",
};

const POLICIES = ["broadcast", "skip", "targeted", "rcu"] as const;

/**
 * Reads a boot name. Throws SD006 that names the first part that is wrong, what was expected there,
 * and what was understood before it.
 */
export function parseBootName(name: string): BootName {
  const parts = checkString("boot name", name).split("-");
  const [archPart = "", releasePart = "", cpusPart = "", planPart = "", ...tags] = parts;
  const fail = (part: string, expected: string, understood: string): Error =>
    malformed("boot name", name, `${expected} where it says "${part}"; understood: ${understood}`);

  const arch = Object.hasOwn(ARCHES, archPart) ? ARCHES[archPart] : undefined;
  if (arch === undefined) throw fail(archPart, Object.keys(ARCHES).join(", "), "nothing");
  const release = /^(\d+\.\d+)(rt)?(?:p([0-3]))?$/.exec(releasePart);
  if (release === null) {
    throw fail(releasePart, "a release such as 6.12, 6.12rt or 7.3p2", `arch ${archPart}`);
  }
  const known = `arch ${archPart}, release ${releasePart}`;
  if (!/^[1-9]\d{0,3}$/.test(cpusPart)) throw fail(cpusPart, "a number of CPUs", known);
  const wrong = [planPart, ...tags].find((word) => !/^[a-z][a-z0-9]*$/.test(word));
  if (wrong !== undefined) throw fail(wrong, "a plan or tag", `${known}, ${cpusPart} CPUs`);
  const native = archPart === "host";
  if (native && planPart !== "fifo" && planPart !== "nice") {
    throw fail(planPart, "fifo or nice", `${known}, ${cpusPart} CPUs`);
  }
  return {
    arch,
    release: release[1]!,
    preemptRt: release[2] !== undefined,
    policy: release[3] === undefined ? undefined : POLICIES[Number(release[3])],
    cpus: Number(cpusPart),
    plan: native ? "host" : planPart,
    tags,
    idle: tags.includes("idlepoll") ? "polling" : "halt",
    native,
    priority: native ? (planPart as "fifo" | "nice") : undefined,
  };
}
