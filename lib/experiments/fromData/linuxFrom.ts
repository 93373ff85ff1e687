/** A Linux of the model from what a machine says about its own. */
import { checkKeys, checkString } from "../../base/check.ts";
import { malformed } from "../../base/messages.ts";
import type { Idle } from "../../machine/machineOptions.ts";
import { RELEASE_NAMES } from "../../mm/release.ts";
import { type Hints, parseCmdline, parseConfig } from "../../observed/hints.ts";
import { type Linux, linux } from "../../policies/linux.ts";

/** What a machine says about its Linux. */
export interface LinuxTexts {
  /** `uname -r`: `6.18.44-generic`. */
  readonly release: string;
  /** `/proc/cmdline`. */
  readonly cmdline?: string;
  /** The kernel configuration, whole or in part. */
  readonly config?: string;
}

/** What was understood. */
export interface FoundLinux {
  readonly linux: Linux;
  /** For `machine.with`: isolated CPUs and the idle loop, where the command line sets them. */
  readonly machine: { readonly isolated?: readonly number[]; readonly idle?: Idle };
  /** False where the kernel does not use INVLPGB whatever the CPU has; undefined: not said. */
  readonly invlpgb: false | undefined;
  /** False where a KVM guest does not use the paravirtual flush; undefined: not said. */
  readonly pvFlush: false | undefined;
  /** What was assumed, and which settings the model does not follow; in words. */
  readonly notes: readonly string[];
}

/**
 * The Linux of the model that is nearest: its release by number, PREEMPT_RT, and hints on INVLPGB,
 * paravirtual flushes and isolated CPUs. Policies are those of mainline. Throws SD006 for a release
 * without a number, SD001, SD002 or SD003 for other values.
 */
export function linuxFrom(texts: LinuxTexts): FoundLinux {
  checkKeys("linuxFrom", texts, ["release", "cmdline", "config"]);
  const { release, cmdline = "", config = "" } = texts;
  const [line, options] = [parseCmdline(cmdline), parseConfig(config)];
  const notes: string[] = [];
  const known = nearestRelease(checkString("release", release), notes);
  const preemptRt = settingOf(options, "CONFIG_PREEMPT_RT") === "y" || /-rt\d*\b/.test(release);
  const hidden = wordsOf(line, "clearcpuid").includes("invlpgb");
  const noBroadcast = settingOf(options, "CONFIG_BROADCAST_TLB_FLUSH") === "n" || hidden;
  const noPv =
    settingOf(options, "CONFIG_KVM_GUEST") === "n" || settingOf(line, "nopv") !== undefined;
  noteSettings(line, options, notes);
  return {
    linux: linux({ release: known, preemptRt }),
    machine: {
      ...(line.isolated.length > 0 ? { isolated: line.isolated } : {}),
      ...(settingOf(line, "idle") === "poll" ? { idle: "polling" as const } : {}),
    },
    invlpgb: noBroadcast ? false : undefined,
    pvFlush: noPv ? false : undefined,
    notes,
  };
}

/** Releases in one row: 7.0 follows 6.19. */
function ordinal(release: string): number {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major * 20 + minor;
}

/** The release itself or the nearest that is known, of two the newer. */
function nearestRelease(text: string, notes: string[]): string {
  const found = /^(?:Linux version )?(\d{1,2}\.\d{1,3})(?!\d)/.exec(text.trim());
  if (found === null) throw malformed("release", text, "the output of uname -r, such as 6.12.5");
  const own = found[1]!;
  if (RELEASE_NAMES.includes(own)) return own;
  const distance = (name: string): number => Math.abs(ordinal(name) - ordinal(own));
  const best = RELEASE_NAMES.reduce((near, name) =>
    distance(name) <= distance(near) ? name : near,
  );
  const side = ordinal(best) < ordinal(own) ? "older" : "newer";
  notes.push(`release ${own} is not in the model: ${best}, the nearest, is ${side}`);
  return best;
}

function settingOf({ hints }: Hints, name: string): string | undefined {
  return hints.findLast((hint) => hint.name === name)?.value;
}

function wordsOf(hints: Hints, name: string): readonly string[] {
  return (settingOf(hints, name) ?? "").split(",");
}

/** Settings that matter and that the model does not follow by itself. */
function noteSettings(line: Hints, options: Hints, notes: string[]): void {
  if (line.nohzFull.length > 0) notes.push("nohz_full: the tick is no part of the model");
  if (settingOf(line, "isolcpus") !== undefined && line.isolated.length === 0) {
    notes.push("isolcpus names no CPU by number: no CPU is taken as isolated");
  }
  if (["nopcid", "nopti"].some((name) => settingOf(line, name) !== undefined)) {
    notes.push("nopcid and nopti change costs: set them in sd.machine");
  }
  if (settingOf(options, "CONFIG_TRANSPARENT_HUGEPAGE") === "n") {
    notes.push("no transparent huge pages: nothing can collapse");
  }
  if (settingOf(line, "disable_radix") !== undefined) {
    notes.push('disable_radix: use sd.powerpc({ mmu: "hash" })');
  }
}
