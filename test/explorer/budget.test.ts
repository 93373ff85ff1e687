/** Budgets end a search with a verdict that says so; windows and buffers bound what it says. */
import { expect, test } from "vitest";
import { explore, exploreSteps } from "../../lib/explorer/explore.ts";
import { StateTable } from "../../lib/explorer/stateTable.ts";
import { sync, tracked, walker } from "./trackers.ts";

const MIB = 1 << 20;
const programs = { walker: walker("full"), sync: sync({ clear: "store", fence: "full" }) };
const full = { merging: false, symmetry: false };
const large = tracked("x86-tso", 3, programs);

test("the cap that was reached is named", () => {
  const states = explore(large, { ...full, maxStates: 1_000 });
  expect([states.outcome, states.cap]).toEqual(["undecided", "maxStates"]);
  const enough = explore(tracked("sc", 2, programs), { ...full, maxBytes: 4 * MIB });
  expect([enough.outcome, enough.cap]).toEqual(["holds", undefined]);
});

test("never more bytes than allowed", () => {
  let most = 0;
  const steps = exploreSteps(large, { ...full, maxBytes: 4 * MIB });
  for (let next = steps.next(); ; next = steps.next()) {
    most = Math.max(most, next.value.bytes);
    if (next.done !== true) continue;
    expect([next.value.outcome, next.value.cap]).toEqual(["undecided", "maxBytes"]);
    break;
  }
  expect(most).toBeGreaterThan(3 * MIB);
  expect(most).toBeLessThanOrEqual(4 * MIB);
});

test("a table that is full says so, and keeps what it has", () => {
  const used = Int32Array.of(32);
  const table = new StateTable({ size: 1, places: new Int32Array(0), used }, MIB);
  const words = new Int32Array(1);
  for (let value = 0; value < 1e6 && !table.isFull; value++) {
    words[0] = value;
    table.add(words, value - 1);
  }
  expect(table.isFull).toBe(true);
  expect(table.bytes).toBeLessThanOrEqual(MIB);
  for (const value of [0, 1, 1_000, table.count - 1]) {
    words[0] = value;
    expect(table.find(words)).toBe(value);
    expect(table.parentOf(value)).toBe(value - 1);
  }
  words[0] = table.count;
  expect([table.find(words), table.add(words, 0)]).toEqual([-1, -1]);
});

test("a search in slices tells how far it is, and gives up when it is told to", () => {
  const steps = exploreSteps(large, full);
  const [first, second] = [steps.next(), steps.next()];
  expect(first.done).toBe(false);
  expect(second.value).toMatchObject({ expanded: 1_024 });
  const { done, value } = steps.next("maxMs");
  expect([done, value]).toMatchObject([true, { outcome: "undecided", cap: "maxMs" }]);
});

test("a window or buffer that was never full bounds nothing", () => {
  const bounded = (window: number): boolean =>
    explore({ ...tracked("weak", 1, programs), window }).isBounded;
  expect([2, 8].map(bounded)).toEqual([true, false]);
  const buffered = (bufferDepth: number): boolean =>
    explore({ ...tracked("x86-tso", 1, programs), bufferDepth }).isBounded;
  expect([1, 4].map(buffered)).toEqual([true, false]);
});
