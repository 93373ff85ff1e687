import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomStream } from "../../lib/base/random.ts";
import { TimingWheel } from "../../lib/base/wheel.ts";

const window = 32768;

describe("a new wheel", () => {
  test("is empty at time 0", () => {
    const wheel = new TimingWheel(8);
    expect(wheel.now).toBe(0);
    expect(wheel.size).toBe(0);
    expect(wheel.peekTime()).toBe(Infinity);
    expect(wheel.hasMoreNow()).toBe(false);
    expect(wheel.pop()).toBe(-1);
    expect(wheel.now).toBe(0);
  });

  test("has 2^5 to 2^15 buckets: three bitmap levels address no more", () => {
    expect(() => new TimingWheel(8, 16)).toThrow("SD001: invalid log2Buckets: 16 (expected 5…15)");
    expect(() => new TimingWheel(8, 4)).toThrow("SD001: invalid log2Buckets: 4 (expected 5…15)");
    expect(() => new TimingWheel(0)).toThrow("SD001: invalid capacityHint: 0");
  });
});

describe("events", () => {
  test("come by time, and now follows them", () => {
    const wheel = new TimingWheel(8);
    wheel.after(300, 3);
    wheel.after(100, 1);
    wheel.after(200, 2);
    expect(wheel.size).toBe(3);
    expect(wheel.peekTime()).toBe(100);
    expect(drain(wheel)).toEqual([
      [100, 1],
      [200, 2],
      [300, 3],
    ]);
    expect(wheel.size).toBe(0);
  });

  test("of one tick come in the order of scheduling", () => {
    const wheel = new TimingWheel(8);
    for (const payload of [4, 1, 3, 2]) wheel.after(50, payload);
    expect(drain(wheel).map(([, payload]) => payload)).toEqual([4, 1, 3, 2]);
  });

  test("can be scheduled at now while its tick is handled", () => {
    const wheel = new TimingWheel(8);
    wheel.after(10, 1);
    wheel.after(10, 2);
    expect(wheel.pop()).toBe(1);
    wheel.after(0, 3);
    expect(wheel.hasMoreNow()).toBe(true);
    expect([wheel.pop(), wheel.pop()]).toEqual([2, 3]);
    expect(wheel.now).toBe(10);
    expect(wheel.hasMoreNow()).toBe(false);
  });

  test("of one tick keep their order when some came through the far heap", () => {
    const wheel = new TimingWheel(8);
    wheel.after(window + 10, 1); // far
    wheel.after(window + 10, 2); // far
    wheel.after(11, 7);
    expect(wheel.pop()).toBe(7);
    wheel.after(window - 1, 3); // near, at the same tick
    expect(drain(wheel)).toEqual([
      [window + 10, 1],
      [window + 10, 2],
      [window + 10, 3],
    ]);
  });

  test("meet at one tick after an empty window was jumped over", () => {
    const wheel = new TimingWheel(8);
    wheel.after(1_000_000, 1);
    wheel.after(1_000_000, 2);
    expect(wheel.pop()).toBe(1);
    expect(wheel.now).toBe(1_000_000);
    expect(wheel.hasMoreNow()).toBe(true);
    expect(wheel.peekTime()).toBe(1_000_000);
  });

  test("reach the last tick of the window and the first beyond it", () => {
    const wheel = new TimingWheel(8);
    wheel.after(window, 2);
    wheel.after(window - 1, 1);
    wheel.after(window + 1, 3);
    expect(drain(wheel)).toEqual([
      [window - 1, 1],
      [window, 2],
      [window + 1, 3],
    ]);
  });

  test("go on exactly beyond 2^31 and 2^32 ns", () => {
    const wheel = new TimingWheel(8);
    wheel.after(2_147_483_647, 1);
    expect(wheel.pop()).toBe(1);
    wheel.after(2_147_483_647, 2);
    wheel.after(5, 3);
    wheel.at(9_007_199_254_740_991, 4);
    expect(drain(wheel)).toEqual([
      [2_147_483_652, 3],
      [4_294_967_294, 2],
      [9_007_199_254_740_991, 4],
    ]);
  });

  test("may be given by absolute time, near or far", () => {
    const wheel = new TimingWheel(8);
    wheel.at(100, 1);
    expect(wheel.pop()).toBe(1);
    wheel.at(100, 2);
    wheel.at(5_000_000_000, 4);
    wheel.at(101, 3);
    expect(drain(wheel)).toEqual([
      [100, 2],
      [101, 3],
      [5_000_000_000, 4],
    ]);
  });

  test("are refused in the past and at times that are no exact integers", () => {
    const wheel = new TimingWheel(8);
    wheel.after(100, 1);
    wheel.pop();
    expect(() => wheel.after(-1, 2)).toThrow(
      "SD001: invalid event time: 99 (expected an integer, at least now = 100)",
    );
    expect(() => wheel.at(99, 2)).toThrow("SD001");
    expect(() => wheel.at(100.5, 2)).toThrow("SD001");
    expect(() => wheel.at(NaN, 2)).toThrow("SD001");
    expect(() => wheel.after(NaN, 2)).toThrow("SD001");
    expect(() => wheel.at(9_007_199_254_740_992, 2)).toThrow("SD001");
    expect(wheel.size).toBe(0);
  });

  test("make the wheel grow when there are more than it was built for", () => {
    const wheel = new TimingWheel(1);
    const payloads = Array.from({ length: 1000 }, (_, i) => i);
    for (const payload of payloads) wheel.after(payload % 7, payload);
    expect(wheel.size).toBe(1000);
    const stable = [...payloads].sort((a, b) => (a % 7) - (b % 7));
    expect(drain(wheel).map(([, payload]) => payload)).toEqual(stable);
  });
});

describe("a wheel of any size agrees with a sorted list", () => {
  const delay = fc.oneof(
    fc.constantFrom(0, 0, 1, 31, 32, 33, 1023, 1024, 32767, 32768, 65536),
    fc.nat(100),
    fc.nat(100_000),
    fc.nat(2_147_483_647),
  );
  const operation = fc.oneof(
    { weight: 3, arbitrary: fc.constant(-1) }, // pop
    { weight: 4, arbitrary: delay },
  );

  test("on arbitrary operations", () => {
    const log2Buckets = fc.constantFrom(5, 6, 10, 11, 15);
    fc.assert(
      fc.property(log2Buckets, fc.array(operation, { maxLength: 400 }), (log2, operations) => {
        expectAgreement(new TimingWheel(1, log2), operations);
      }),
      { numRuns: 200 },
    );
  });

  test.each([5, 8, 15])("on 30,000 random operations with 2^%i buckets", (log2) => {
    const random = RandomStream.of(1, "wheel", log2);
    const spans = [1, 4, 60, 3000, 40_000, 200_000];
    const operations = Array.from({ length: 30_000 }, () =>
      random.below(100) < 49 ? -1 : random.below(spans[random.below(spans.length)]!),
    );
    expectAgreement(new TimingWheel(16, log2), operations);
  });
});

/** Pops (-1) or schedules (a delay) on the wheel and on a list kept in order of time and call. */
function expectAgreement(wheel: TimingWheel, operations: readonly number[]): void {
  const waiting: { time: number; payload: number }[] = [];
  let now = 0;
  const popBoth = () => {
    const next = waiting.shift();
    now = next?.time ?? now;
    if (wheel.pop() !== (next?.payload ?? -1) || wheel.now !== now) expect.fail("another event");
    if (wheel.hasMoreNow() !== (waiting[0]?.time === now)) expect.fail("hasMoreNow differs");
  };
  operations.forEach((delay, payload) => {
    if (delay < 0) popBoth();
    else {
      wheel.after(delay, payload);
      const later = waiting.findIndex(({ time }) => time > now + delay);
      waiting.splice(later < 0 ? waiting.length : later, 0, { time: now + delay, payload });
    }
    if (wheel.size !== waiting.length) expect.fail("the sizes differ");
    if (wheel.peekTime() !== (waiting[0]?.time ?? Infinity)) expect.fail("peekTime differs");
  });
  while (waiting.length > 0) popBoth();
  expect(wheel.pop()).toBe(-1);
}

function drain(wheel: TimingWheel): [time: number, payload: number][] {
  const events: [number, number][] = [];
  for (let payload = wheel.pop(); payload >= 0; payload = wheel.pop()) {
    events.push([wheel.now, payload]);
  }
  return events;
}
