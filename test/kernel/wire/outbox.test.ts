import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Outbox } from "../../../kernel/wire/outbox.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const message = (text: string): Uint8Array[] => [Buffer.from(text)];
const busy = Object.assign(new Error("busy"), { code: "EAGAIN" });

/** A receiver that can be stopped. */
function receiver() {
  const state = { isOpen: true, taken: [] as string[], logged: [] as string[] };
  const send = async (frames: Uint8Array[]): Promise<void> => {
    if (!state.isOpen) throw busy;
    state.taken.push(String(frames[0]));
  };
  return { state, outbox: new Outbox(send, (text) => state.logged.push(text)) };
}

it("keeps the order, and loses nothing while a receiver is slow", async () => {
  const { state, outbox } = receiver();
  state.isOpen = false;
  for (const text of ["a", "b", "c"]) outbox.put(message(text));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(state.taken).toEqual([]);
  state.isOpen = true;
  outbox.put(message("d"));
  await vi.advanceTimersByTimeAsync(10);
  expect(state.taken).toEqual(["a", "b", "c", "d"]);
  expect(state.logged).toEqual([]);
});

it("tells that nobody reads, and loses only what is not taken in even then", async () => {
  const { state, outbox } = receiver();
  let stalls = 0;
  outbox.onStall = () => {
    stalls += 1;
    state.isOpen = stalls === 2;
  };
  state.isOpen = false;
  for (const text of ["lost", "kept", "next"]) outbox.put(message(text));
  await vi.advanceTimersByTimeAsync(10_010);
  expect(stalls).toBe(1);
  expect(state.logged).toEqual(["1 messages lost: Error: busy"]);
  await vi.advanceTimersByTimeAsync(10_010);
  expect(state.taken).toEqual(["kept", "next"]);
});

it("tells when too much waits, and when it has left", async () => {
  const { state, outbox } = receiver();
  const told: boolean[] = [];
  outbox.onPressure = (isFull) => told.push(isFull);
  state.isOpen = false;
  for (let count = 0; count < 1_000; count++) outbox.put(message("x"));
  expect(told).toEqual([true]);
  state.isOpen = true;
  await vi.advanceTimersByTimeAsync(10);
  await outbox.drained();
  expect(told).toEqual([true, false]);
  expect(state.taken).toHaveLength(1_000);
});
