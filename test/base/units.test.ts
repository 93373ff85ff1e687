import { expect, test } from "vitest";
import { GiB, KiB, MiB, ms, ns, seconds, us } from "../../lib/base/units.ts";

test("times are nanoseconds", () => {
  expect(ns(7)).toBe(7);
  expect(us(7)).toBe(7_000);
  expect(ms(7)).toBe(7_000_000);
  expect(seconds(7)).toBe(7_000_000_000);
});

test("sizes are bytes", () => {
  expect(KiB(3)).toBe(3_072);
  expect(MiB(3)).toBe(3_145_728);
  expect(GiB(20)).toBe(21_474_836_480);
});
