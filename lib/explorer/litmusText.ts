/**
 * Litmus tests as text, in the words of Linux:
 *
 *     Result: sc Never, x86-tso Never, weak Sometimes
 *     MP+wmb+po
 *     P0: WRITE_ONCE(x, 1); smp_wmb(); WRITE_ONCE(y, 1)
 *     P1: r0 = READ_ONCE(y); r1 = READ_ONCE(x)
 *     exists 1:r0=1 & 1:r1=0
 *
 * `x[r0]` is location x by an address that is computed from r0, `1+0*r0` the value 1 computed from
 * r0, and `ctrl(r0)` a branch on r0 before all that follows. Lines that begin with `Result:`
 * or `#` are remarks; the other one is the name.
 */
import { malformed } from "../base/messages.ts";
import type {
  LitmusClause,
  LitmusPlace,
  LitmusStatement,
  LitmusTest,
  LitmusValue,
} from "./litmusTest.ts";

/** Reads a litmus test. Throws SD006 with the line that is not understood. */
export function parseLitmus(text: string): LitmusTest {
  let name = "";
  const threads: LitmusStatement[][] = [];
  let exists: LitmusClause[] | undefined;
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "" || line.startsWith("#") || line.startsWith("Result:")) continue;
    const thread = /^P(\d+):(.*)$/.exec(line);
    if (thread !== null) {
      if (Number(thread[1]) !== threads.length) throw wrong(line, `P${threads.length}`);
      threads.push(statementsOf(thread[2]!));
    } else if (line.startsWith("exists ")) exists = clausesOf(line.slice("exists ".length));
    else if (name === "") name = line;
    else throw wrong(line, "P0:, P1:, … or exists");
  }
  if (exists === undefined) throw wrong(name, "a line with exists");
  if (threads.length === 0) throw wrong(name, "a thread P0:");
  return { name, threads, exists };
}

function statementsOf(text: string): LitmusStatement[] {
  return text
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map(statementOf);
}

const FENCES = { smp_mb: "full", smp_rmb: "read", smp_wmb: "write" } as const;

function statementOf(text: string): LitmusStatement {
  const match = /^(?:(\w+) = )?(\w+)\((.*)\)$/.exec(text);
  if (match === null) throw wrong(text, "a call such as WRITE_ONCE(x, 1)");
  const [, into, call, inner] = match;
  const args = inner!
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const found =
    into === undefined ? plainStatement(call!, args) : resultStatement(into, call!, args);
  if (found === undefined) throw wrong(text, "a statement that litmus tests have");
  return found;
}

function plainStatement(call: string, args: readonly string[]): LitmusStatement | undefined {
  if (args.length === 0) {
    const order = FENCES[call as keyof typeof FENCES];
    return order === undefined ? undefined : { kind: "fence", order };
  }
  if (args.length === 1) {
    return call === "ctrl" ? { kind: "control", on: args[0]! } : undefined;
  }
  if (args.length !== 2) return undefined;
  const [at, value] = [placeOf(args[0]!), litmusValue(args[1]!)];
  if (call === "WRITE_ONCE") return { kind: "store", at, value, order: "once" };
  if (call === "smp_store_release") return { kind: "store", at, value, order: "release" };
  const order = orderOf(call, "xchg");
  return order === undefined ? undefined : { kind: "exchange", at, value, order };
}

function resultStatement(
  into: string,
  call: string,
  args: readonly string[],
): LitmusStatement | undefined {
  const at = placeOf(args[0] ?? "");
  if (args.length === 1) {
    if (call === "READ_ONCE") return { kind: "load", into, at, order: "once" };
    return call === "smp_load_acquire" ? { kind: "load", into, at, order: "acquire" } : undefined;
  }
  if (args.length === 2) {
    const order = orderOf(call, "xchg");
    if (order === undefined) return undefined;
    return { kind: "exchange", into, at, value: litmusValue(args[1]!), order };
  }
  const order = args.length === 3 ? orderOf(call, "cmpxchg") : undefined;
  if (order === undefined) return undefined;
  const expected = litmusNumber(args[1]!);
  return { kind: "compareExchange", into, at, expected, value: litmusValue(args[2]!), order };
}

function orderOf(
  call: string,
  base: string,
): "full" | "acquire" | "release" | "relaxed" | undefined {
  if (call === base) return "full";
  for (const order of ["acquire", "release", "relaxed"] as const) {
    if (call === `${base}_${order}`) return order;
  }
  return undefined;
}

function placeOf(text: string): LitmusPlace {
  const match = /^([a-z]\w*)(?:\[(\w+)\])?$/.exec(text);
  if (match === null) throw wrong(text, "a location such as x or x[r0]");
  return match[2] === undefined ? { name: match[1]! } : { name: match[1]!, by: match[2] };
}

function litmusValue(text: string): LitmusValue {
  const match = /^(\d+)\+0\*([a-z]\w*)$/.exec(text);
  if (match !== null) return { number: Number(match[1]), register: match[2]! };
  return /^\d+$/.test(text) ? { number: Number(text) } : { register: text };
}

function litmusNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw wrong(text, "a number");
  return Number(text);
}

function clausesOf(text: string): LitmusClause[] {
  return text.split("&").map((one) => {
    const match = /^\s*(?:(\d+):)?(\w+)=(\d+)\s*$/.exec(one);
    if (match === null) throw wrong(one.trim(), "0:r0=1 or x=1");
    const [, thread, name, value] = match;
    const clause = { name: name!, value: Number(value) };
    return thread === undefined ? clause : { ...clause, thread: Number(thread) };
  });
}

function wrong(found: string, expected: string): Error {
  return malformed("litmus test", found, expected);
}
