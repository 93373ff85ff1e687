/** Which format a text has, told by what stands in it and never by the name of its file. */
import { parseTrace } from "./trace/read.ts";

/** Formats that are recognised. */
export type Format =
  | "interrupts"
  | "trace"
  | "lscpu"
  | "sysfs"
  | "cmdline"
  | "config"
  | "rtla"
  | "lkp"
  | "aggregate"
  | "wprof"
  | "lab data"
  | "latencies";

/** Characters that are looked at. */
export const recogniseLength = 65_536;

/** Signs of each format, in the order in which they are tried. */
const signs: readonly (readonly [Format, RegExp])[] = [
  ["lscpu", /^\s*\{\s{0,200}"lscpu"\s*:/],
  ["wprof", /^\s*\{[^\n]{0,400}"t":"(?:ipi|ipi_send|[a-z_]{2,20})"/],
  ["latencies", /^\uFEFF?kernel,cpus,operation,threads,/],
  ["lab data", /^\uFEFF?boot,mode,arch,kernel,cpus,/],
  ["rtla", /^[ \t]{0,40}CPU[ \t]+(?:Period|COUNT)\b/m],
  ["rtla", /^Index[ \t]+[A-Za-z]{1,12}-\d/m],
  ["interrupts", /^[ \t]{0,400}CPU\d{1,5}(?:[ \t]+CPU\d{1,5}){0,3}(?:[ \t\r\n]|$)/m],
  [
    "lscpu",
    /^(?:CPU\(s\)|Architecture|Socket\(s\)|NUMA node\(s\)|Thread\(s\) per core|BogoMIPS):/m,
  ],
  ["lscpu", /^# ?CPU,Core,/m],
  ["config", /^(?:# )?CONFIG_\w{1,80}(?:=| is not set)/m],
  ["lkp", /[ \t]interrupts\.(?:CPU\d{1,5}\.)?[^\s:.]{1,40}:/],
  ["sysfs", /^[^\n:]{0,200}\b(?:cpu|node)\/[^\n:]{1,80}:\d/m],
];

const lateSigns: readonly (readonly [Format, RegExp])[] = [
  ["aggregate", /^[ \t]*\d{1,15} (?:callback|func)=\w/m],
  ["interrupts", /^[ \t]{0,40}[A-Z][A-Z0-9]{1,7}:(?:\s{1,40}\d{1,12}){4}/m],
];

/** Words that only a boot command line holds. */
const bootWord = new RegExp(
  String.raw`(?:^|\s)(?:(?:BOOT_IMAGE|initrd|root|console|isolcpus|nohz_full|idle|mitigations)=` +
    String.raw`|(?:quiet|ro)(?:\s|$))`,
);

/** The format of a text by its beginning, or undefined when it is none of them. */
export function recognise(text: string): Format | undefined {
  const head = text.slice(0, recogniseLength);
  const early = signs.find(([, sign]) => sign.test(head));
  if (early !== undefined) return early[0];
  if (isTrace(head)) return "trace";
  const late = lateSigns.find(([, sign]) => sign.test(head));
  if (late !== undefined) return late[0];
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  return lines.length === 1 && bootWord.test(head) ? "cmdline" : undefined;
}

/** Whether there is an event among the first lines, or the heading of ftrace. */
function isTrace(head: string): boolean {
  if (/^# tracer: \w/m.test(head)) return true;
  return parseTrace(`${head}\n`, { maxEvents: 1 }).eventCounts.some((count) => count > 0);
}
