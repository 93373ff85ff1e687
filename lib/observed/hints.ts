/**
 * What a boot command line and a kernel configuration say about flushes, guests and isolation. Only
 * settings that matter here are looked at; the others are counted.
 */
import { checkString } from "../base/check.ts";
import { malformed } from "../base/messages.ts";
import { cpuList } from "./cpuLists.ts";
import { configMeanings, parameterMeanings } from "./hintMeanings.ts";

/** One setting that matters here. */
export interface Hint {
  /** `isolcpus`, `CONFIG_BROADCAST_TLB_FLUSH`. */
  readonly name: string;
  /** Its value; `y` for a parameter without one, `n` for an option that is not set. */
  readonly value: string;
  readonly meaning: string;
}

/** What was found. */
export interface Hints {
  readonly hints: readonly Hint[];
  /** CPUs of `isolcpus=`, ascending; flags such as `managed_irq` are left out. */
  readonly isolated: readonly number[];
  /** CPUs of `nohz_full=`. */
  readonly nohzFull: readonly number[];
  /** Settings that say nothing about this matter. */
  readonly others: number;
}

/** Longest text that is read. */
const maxLength = 4_194_304;

/**
 * Reads `/proc/cmdline`. Quotes keep blanks together as in the kernel. Throws SD006 for a text of
 * more than 4 MiB; SD001 or SD003 when it is no text.
 */
export function parseCmdline(text: string): Hints {
  const words = checkLength("command line", text).match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  const hints: Hint[] = [];
  let others = 0;
  for (const word of words) {
    const equals = word.indexOf("=");
    const name = equals === -1 ? word : word.slice(0, equals);
    const value = equals === -1 ? "y" : word.slice(equals + 1).replaceAll('"', "");
    const meaning = parameterMeanings.get(name.replaceAll("-", "_"));
    if (meaning === undefined) others++;
    else hints.push({ name, value, meaning });
  }
  const last = (name: string): string => hints.findLast((hint) => hint.name === name)?.value ?? "";
  return {
    hints,
    isolated: cpusBehindFlags(last("isolcpus")),
    nohzFull: cpusBehindFlags(last("nohz_full")),
    others,
  };
}

/** Reads a kernel configuration, whole or in part. Throws as {@link parseCmdline} does. */
export function parseConfig(text: string): Hints {
  const hints: Hint[] = [];
  let others = 0;
  for (const line of checkLength("kernel configuration", text).split("\n")) {
    const found =
      /^\s*(CONFIG_\w{1,80})=(.{0,400}?)\s*$/.exec(line) ??
      /^\s*# (CONFIG_\w{1,80}) is not set\s*$/.exec(line);
    if (found === null) continue;
    const meaning = configMeanings.get(found[1]!);
    if (meaning === undefined) others++;
    else hints.push({ name: found[1]!, value: (found[2] ?? "n").replaceAll('"', ""), meaning });
  }
  return { hints, isolated: [], nohzFull: [], others };
}

function checkLength(what: string, text: string): string {
  checkString(what, text);
  if (text.length > maxLength) throw malformed(what, `${text.length} characters`, "at most 4 MiB");
  return text;
}

/** `domain,managed_irq,2-15` → 2…15; `all`, `N` and other words stand for no CPU here. */
function cpusBehindFlags(value: string): number[] {
  const parts = value.split(",").filter((part) => /^\d/.test(part));
  return cpuList(parts.join(",")) ?? [];
}
