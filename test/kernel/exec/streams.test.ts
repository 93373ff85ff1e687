import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StreamCollector } from "../../../kernel/exec/streams.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function collected(): { collector: StreamCollector; pieces: string[] } {
  const pieces: string[] = [];
  return {
    collector: new StreamCollector((name, text) => pieces.push(`${name}: ${text}`)),
    pieces,
  };
}

it("sends the first text at once, and what follows in one piece", () => {
  const { collector, pieces } = collected();
  collector.write("stdout", "a");
  for (const text of ["b", "c", "d"]) collector.write("stdout", text);
  expect(pieces).toEqual(["stdout: a"]);
  vi.advanceTimersByTime(25);
  expect(pieces).toEqual(["stdout: a", "stdout: bcd"]);
});

it("holds nothing back where that is asked for", () => {
  const pieces: string[] = [];
  const collector = new StreamCollector((_, text) => pieces.push(text), 0);
  for (const text of ["a", "b", "c"]) collector.write("stdout", text);
  expect(pieces).toEqual(["a", "b", "c"]);
});

it("keeps the order of the two streams", () => {
  const { collector, pieces } = collected();
  collector.write("stdout", "a");
  collector.write("stdout", "b");
  collector.write("stderr", "c");
  collector.write("stdout", "d");
  collector.flush();
  expect(pieces).toEqual(["stdout: a", "stdout: b", "stderr: c", "stdout: d"]);
});

it("sends while code that never waits goes on printing", () => {
  const { collector, pieces } = collected();
  for (let line = 0; line < 100; line++) {
    collector.write("stdout", "x");
    vi.setSystemTime(Date.now() + 1);
    vi.advanceTimersByTime(0);
  }
  collector.flush();
  expect(pieces.join("").replaceAll("stdout: ", "")).toBe("x".repeat(100));
});

it("makes few pieces of much text", () => {
  const { collector, pieces } = collected();
  for (let line = 0; line < 20_000; line++) collector.write("stdout", "a line of text\n");
  collector.flush();
  expect(pieces.length).toBeLessThan(10);
  expect(pieces.join("").replaceAll("stdout: ", "")).toHaveLength(20_000 * 15);
});

it("puts characters together whose bytes arrive apart", () => {
  const { collector, pieces } = collected();
  for (const byte of Buffer.from("µs")) collector.write("stdout", Uint8Array.of(byte));
  collector.flush();
  expect(pieces.join("").replaceAll("stdout: ", "")).toBe("µs");
});
