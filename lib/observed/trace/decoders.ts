/** The arguments of the events that matter here, from the text behind the name of the event. */
import { maxCpus } from "../../base/cpuText.ts";
import { graphEvents } from "./graph.ts";
import type { MaskTable } from "./masks.ts";
import type { NameTable } from "./names.ts";
import { reasonCode } from "./reasons.ts";
import { type Arguments, noArguments } from "./records.ts";
import { tracerEvents } from "./tracerEvent.ts";

/** Where decoded names and masks are kept. */
export interface Tables {
  readonly names: NameTable;
  readonly masks: MaskTable;
}

/** The arguments in `text`, or undefined when the event is known and the text is not its own. */
export type Decoder = (text: string, tables: Tables) => Arguments | undefined;

/** The decoder of an event by its name, without the subsystem; undefined where there is none. */
export function decoderOf(event: string): Decoder | undefined {
  return decoders.get(event);
}

/** A decoder that keeps the whole text as a name, for events that a user asks for. */
export const keepText: Decoder = (text, { names }) => named(names.number(text));

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["ipi_send_cpu", (text, tables) => sent(text, tables, cpuIn(text, "cpu"), -1)],
  ["ipi_send_cpumask", (text, tables) => sentToMask(text, tables, "cpumask")],
  ["csd_queue_cpu", (text, tables) => sent(text, tables, cpuIn(text, "cpu"), -1)],
  ["csd_function_entry", ran],
  ["csd_function_exit", ran],
  ["ipi_raise", raised],
  ["ipi_entry", told],
  ["ipi_exit", told],
  ["tlb_flush", flushed],
  ["irq_handler_entry", (text, { names }) => named(names.number(wordBehind(text, "name") ?? ""))],
  ["sched_wake_idle_without_ipi", (text, tables) => sent(text, tables, cpuIn(text, "cpu"), -1)],
  ["irq_noise", noise],
  ["softirq_noise", noise],
  ["nmi_noise", noise],
  ["thread_noise", noise],
  [tracerEvents.timerlat, called],
  [tracerEvents.osnoise, called],
  [graphEvents.call, called],
  [graphEvents.end, called],
]);

/** `cpu=1 callsite=f+0x1/0x2 callback=g+0x0/0x3`; csd_queue_cpu has `func=` for `callback=`. */
function sent(
  text: string,
  { names }: Tables,
  target: number,
  mask: number,
): Arguments | undefined {
  if (target < 0 && mask < 0) return undefined;
  const func = wordBehind(text, "func") ?? wordBehind(text, "callback") ?? "";
  const site = wordBehind(text, "callsite") ?? "";
  return {
    ...noArguments(),
    target,
    mask,
    site: names.number(symbol(site)),
    func: names.number(symbol(func)),
  };
}

function sentToMask(text: string, tables: Tables, key: string): Arguments | undefined {
  const mask = tables.masks.number(maskIn(text, key) ?? "");
  return mask === undefined ? undefined : sent(text, tables, -1, mask);
}

/** `target_mask=00000000,00000080 (Function call interrupts)`, raw `target_cpus=ARRAY[80]`. */
function raised(text: string, tables: Tables): Arguments | undefined {
  const given = maskIn(text, "target_mask") ?? maskIn(text, "target_cpus") ?? "";
  const mask = tables.masks.number(given);
  if (mask === undefined) return undefined;
  return { ...noArguments(), mask, func: tables.names.number(inParentheses(text)) };
}

function told(text: string, { names }: Tables): Arguments {
  return named(names.number(inParentheses(text)));
}

/** `func=remote_function, csd=(nil)` or `func=do_sync_core csd=0000000000000000`. */
function ran(text: string, { names }: Tables): Arguments | undefined {
  const func = wordBehind(text, "func");
  return func === undefined ? undefined : named(names.number(symbol(func)));
}

/** `pages:-1 reason:remote IPI send (4)`, raw `reason=4 pages=-1`. */
function flushed(text: string): Arguments | undefined {
  const reason = /\breason:([^:=]{1,40})/.exec(text)?.[1] ?? wordBehind(text, "reason");
  const pages = /\bpages[:=](-?\d{1,15})\b/.exec(text)?.[1];
  if (reason === undefined || pages === undefined) return undefined;
  const code = reasonCode(reason);
  const count = Number(BigInt.asIntN(64, BigInt(pages)));
  if (code < 0 || Math.abs(count) > 2_147_483_647) return undefined;
  return { ...noArguments(), reason: code, pages: Math.max(-1, count) };
}

/** `local_timer:236 start 1234.5 duration 1234 ns` of the osnoise tracer. */
function noise(text: string, { names }: Tables): Arguments | undefined {
  const duration = /\bduration (\d{1,15}) ns\b/.exec(text)?.[1];
  if (duration === undefined) return undefined;
  const func = /^\s*(.{0,64}?)\s+start\b/.exec(text)?.[1] ?? "";
  return { ...named(names.number(func)), durationNs: Number(duration) };
}

/** `native_send_call_func_single_ipi duration 298 ns`, as graph.ts writes it. */
function called(text: string, { names }: Tables): Arguments {
  const [func = "", , duration] = text.split(" ");
  const known = named(names.number(func));
  return duration === undefined ? known : { ...known, durationNs: Number(duration) };
}

function named(func: number): Arguments {
  return { ...noArguments(), func };
}

/** The word behind `key=`, which begins the text or stands behind a blank or comma. */
function wordBehind(text: string, key: string): string | undefined {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) {
    const start = at + key.length + 1;
    const before = at === 0 ? " " : text[at - 1]!;
    if (text[start - 1] !== "=" || !" ,\t".includes(before)) continue;
    let end = start;
    while (end < text.length && !" ,\t\r\n".includes(text[end]!)) end++;
    return text.slice(start, end);
  }
  return undefined;
}

/** Like {@link wordBehind}, but the value may hold commas, and blanks inside of brackets. */
function maskIn(text: string, key: string): string | undefined {
  const at = text.indexOf(`${key}=`);
  if (at === -1) return undefined;
  const start = at + key.length + 1;
  const open = text.startsWith("ARRAY[", start);
  const end = text.indexOf(open ? "]" : " ", start);
  if (open) return end === -1 ? undefined : text.slice(start, end + 1);
  return text.slice(start, end === -1 ? text.length : end).trim();
}

function cpuIn(text: string, key: string): number {
  const value = wordBehind(text, key) ?? "";
  return /^\d{1,5}$/.test(value) && Number(value) < maxCpus ? Number(value) : -1;
}

function inParentheses(text: string): string {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  return open === -1 || close < open ? text.trim() : text.slice(open + 1, close);
}

/** A symbol without its offset and module: `f+0x20/0x60 [kvm]` is `f`. */
function symbol(text: string): string {
  const plus = text.indexOf("+");
  const name = plus === -1 ? text : text.slice(0, plus);
  return /^0x0*$|^0+$|^\(nil\)$/.test(name) ? "0x0" : name;
}
