/**
 * Arm's memory model as axioms, checked by trying every execution: an oracle that shares nothing
 * with the explorer. After "Simplifying ARM Concurrency" (Pulte et al., POPL 2018), with acquire as
 * LDAPR and a read fence that orders loads only; loads, stores, fences and dependencies.
 */
import type { LitmusStatement, LitmusTest } from "../../lib/explorer/litmusTest.ts";

interface Event {
  readonly id: number;
  readonly thread: number;
  /** −1: the initial store. */
  readonly index: number;
  readonly kind: "R" | "W" | "F";
  readonly at: string;
  readonly order: string;
  /** Loads that its address, its value and branches before it depend on. */
  readonly address: readonly number[];
  readonly data: readonly number[];
  readonly control: readonly number[];
  /** What a store stores: a number, or what a load found. */
  readonly stored: number | { readonly of: number };
}

interface Execution {
  readonly events: readonly Event[];
  /** The store that each load reads. */
  readonly source: ReadonlyMap<number, number>;
  /** Stores of a location, in the order in which all see them. */
  readonly coherence: ReadonlyMap<string, readonly number[]>;
}

/** All final states, as `litmus()` writes them. */
export function axiomaticFinals(test: LitmusTest): string[] {
  const { events, registers, locations } = eventsOf(test);
  const finals = new Set<string>();
  for (const source of sourcesOf(events)) {
    const values = valuesOf(events, source);
    if (values === undefined) continue;
    for (const coherence of coherencesOf(events, locations)) {
      if (!isAllowed({ events, source, coherence })) continue;
      const parts = [...registers].map(([name, load]) => `${name}=${values.get(load)}`);
      for (const at of locations) parts.push(`${at}=${values.get(coherence.get(at)!.at(-1)!)}`);
      finals.add(parts.join("; "));
    }
  }
  return [...finals].sort();
}

function eventsOf(test: LitmusTest): {
  events: Event[];
  registers: Map<string, number>;
  locations: string[];
} {
  const statements = test.threads.flat();
  const found = statements.flatMap((one) => ("at" in one ? [one.at.name] : []));
  const asked = test.exists.filter(({ thread }) => thread === undefined).map(({ name }) => name);
  const locations = [...new Set([...found, ...asked])];
  const events: Event[] = locations.map((at, id) => initial(at, id));
  const registers = new Map<string, number>();
  test.threads.forEach((thread, number) => {
    // Every register of the thread is listed in the order in which it first appears.
    for (const one of thread) {
      if ("into" in one && one.into !== undefined) registers.set(`${number}:${one.into}`, -1);
    }
    const known = new Map<string, number>();
    const control: number[] = [];
    thread.forEach((statement, index) => {
      const base = { id: events.length, thread: number, index, control: [...control] };
      if (statement.kind === "control") control.push(known.get(statement.on)!);
      else events.push(eventOf(statement, base, known));
      if (statement.kind !== "load") return;
      known.set(statement.into, base.id);
      registers.set(`${number}:${statement.into}`, base.id);
    });
  });
  return { events, registers, locations };
}

function initial(at: string, id: number): Event {
  const none = { address: [], data: [], control: [] };
  return { id, thread: -1, index: -1, kind: "W", at, order: "once", stored: 0, ...none };
}

function eventOf(
  statement: LitmusStatement,
  base: Pick<Event, "id" | "thread" | "index" | "control">,
  known: ReadonlyMap<string, number>,
): Event {
  const none = { address: [], data: [], stored: 0 };
  if (statement.kind === "fence") {
    return { ...base, ...none, kind: "F", at: "", order: statement.order };
  }
  if (statement.kind !== "load" && statement.kind !== "store") throw new Error("atomics");
  const { at, order } = statement;
  const address = at.by === undefined ? [] : [known.get(at.by)!];
  if (statement.kind === "load") {
    return { ...base, ...none, kind: "R", at: at.name, order, address };
  }
  const { number, register } = statement.value;
  const data = register === undefined ? [] : [known.get(register)!];
  const stored = number ?? { of: data[0]! };
  return { ...base, kind: "W", at: at.name, order, address, data, stored };
}

function* sourcesOf(events: readonly Event[]): Generator<Map<number, number>> {
  const loads = events.filter(({ kind }) => kind === "R");
  const choices = loads.map(({ at }) =>
    events.filter((one) => one.kind === "W" && one.at === at).map(({ id }) => id),
  );
  for (const pick of product(choices)) yield new Map(loads.map(({ id }, i) => [id, pick[i]!]));
}

function* product(choices: readonly (readonly number[])[]): Generator<number[]> {
  if (choices.length === 0) {
    yield [];
    return;
  }
  for (const rest of product(choices.slice(1))) {
    for (const one of choices[0]!) yield [one, ...rest];
  }
}

/** Values of all events; undefined where a value would come out of nowhere. */
function valuesOf(
  events: readonly Event[],
  source: ReadonlyMap<number, number>,
): Map<number, number> | undefined {
  const values = new Map<number, number>();
  for (let before = -1; before !== values.size; ) {
    before = values.size;
    for (const { id, kind, stored } of events) {
      if (kind === "F") values.set(id, 0);
      const from = kind === "R" ? source.get(id)! : typeof stored === "number" ? id : stored.of;
      const value = kind === "W" && from === id ? (stored as number) : values.get(from);
      if (value !== undefined) values.set(id, value);
    }
  }
  return values.size === events.length ? values : undefined;
}

function* coherencesOf(
  events: readonly Event[],
  locations: readonly string[],
): Generator<Map<string, number[]>> {
  if (locations.length === 0) {
    yield new Map();
    return;
  }
  const [at, ...others] = locations;
  const stores = events.filter((one) => one.kind === "W" && one.at === at && one.thread >= 0);
  const first = events.find((one) => one.thread < 0 && one.at === at)!.id;
  for (const rest of coherencesOf(events, others)) {
    for (const order of permutations(stores.map(({ id }) => id))) {
      yield new Map([...rest, [at!, [first, ...order]]]);
    }
  }
}

function* permutations(list: readonly number[]): Generator<number[]> {
  if (list.length === 0) yield [];
  for (const one of list) {
    for (const rest of permutations(list.filter((other) => other !== one))) yield [one, ...rest];
  }
}

/** Coherence of each location, and no cycle in what is observed and ordered. */
function isAllowed(execution: Execution): boolean {
  const { events } = execution;
  const seen = communication(execution);
  const local = pairs(events, (a, b) => isBefore(a, b) && a.kind !== "F" && a.at === b.at);
  if (hasCycle(events.length, [...seen, ...local])) return false;
  const external = seen.filter(([a, b]) => events[a]!.thread !== events[b]!.thread);
  return !hasCycle(events.length, [...external, ...ordered(execution)]);
}

type Edge = readonly [number, number];

/** Reads-from, coherence and from-reads. */
function communication({ events, source, coherence }: Execution): Edge[] {
  const edges: Edge[] = [];
  const isLater = (at: string, a: number, b: number): boolean => {
    const order = coherence.get(at)!;
    return order.indexOf(a) < order.indexOf(b);
  };
  for (const a of events) {
    if (a.kind === "R") edges.push([source.get(a.id)!, a.id]);
    for (const b of events) {
      if (a.kind === "F" || b.kind !== "W" || a.at !== b.at || a.id === b.id) continue;
      const from = a.kind === "R" ? source.get(a.id)! : a.id;
      if (isLater(a.at, from, b.id)) edges.push([a.id, b.id]);
    }
  }
  return edges;
}

function isBefore(a: Event, b: Event): boolean {
  return a.thread === b.thread && a.thread >= 0 && a.index < b.index;
}

function pairs(events: readonly Event[], holds: (a: Event, b: Event) => boolean): Edge[] {
  return events.flatMap((a) => events.filter((b) => holds(a, b)).map((b): Edge => [a.id, b.id]));
}

/** Dependencies (dob) and barriers (bob). */
function ordered({ events, source, coherence }: Execution): Edge[] {
  const forwarded = (load: Event, from: readonly number[]): boolean => {
    const store = events[source.get(load.id)!]!;
    const isOwn = load.kind === "R" && store.thread === load.thread;
    return (
      isOwn &&
      store.index < load.index &&
      [...store.address, ...store.data].some((one) => from.includes(one))
    );
  };
  // (ctrl | data); coi, and po; [L]; coi
  const overwrites = (store: Event, load: Event): boolean =>
    events.some((one) => {
      if (one.kind !== "W" || one.at !== store.at || one.thread !== store.thread) return false;
      const order = coherence.get(one.at)!;
      const isFirst = order.indexOf(one.id) < order.indexOf(store.id);
      if (one.order === "release" && isFirst && isBefore(load, one)) return true;
      return isFirst && [...one.data, ...one.control].includes(load.id);
    });
  return pairs(events, (a, b) => {
    if (!isBefore(a, b) || a.kind === "F" || b.kind === "F") return false;
    if (b.address.includes(a.id) || b.data.includes(a.id)) return true;
    if (b.kind === "W" && b.control.includes(a.id)) return true;
    if (b.kind === "R" && forwarded(b, [a.id])) return true;
    if (b.kind === "W" && overwrites(b, a)) return true;
    const between = events.filter((one) => isBefore(a, one) && isBefore(one, b));
    if (b.kind === "W" && between.some((one) => one.address.includes(a.id))) return true;
    if (a.kind === "R" && a.order === "acquire") return true;
    if (b.kind === "W" && b.order === "release") return true;
    return between.some(
      ({ kind, order }) =>
        kind === "F" &&
        (order === "full" ||
          (order === "read" && a.kind === "R" && b.kind === "R") ||
          (order === "write" && a.kind === "W" && b.kind === "W")),
    );
  });
}

function hasCycle(count: number, edges: readonly Edge[]): boolean {
  const next: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) next[from]!.push(to);
  const state = new Uint8Array(count);
  const visit = (at: number): boolean => {
    state[at] = 1;
    for (const to of next[at]!) if (state[to] === 1 || (state[to] === 0 && visit(to))) return true;
    state[at] = 2;
    return false;
  };
  return next.some((_, at) => state[at] === 0 && visit(at));
}
