import fc from "fast-check";
import { expect, it } from "vitest";
import { Replays } from "../../../kernel/wire/replays.ts";

const at = (second: number): string => new Date(1e12 + second * 1_000).toISOString();

it("knows each message again, however long ago it was and however much came since", () => {
  const order = fc.array(fc.nat(99), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(order, fc.integer({ min: 1, max: 20 }), (recorded, size) => {
      const replays = new Replays(size);
      for (let sent = 0; sent < 100; sent++) expect(replays.add(`s${sent}`, at(sent))).toBe(false);
      for (const sent of recorded) expect(replays.add(`s${sent}`, at(sent))).toBe(true);
    }),
    { seed: 56, numRuns: 100 },
  );
});

it("believes senders whose clocks differ a little, and those without one", () => {
  const replays = new Replays(4);
  for (let sent = 0; sent < 40; sent++) {
    expect(replays.add(`fast ${sent}`, at(sent + 1))).toBe(false);
    expect(replays.add(`slow ${sent}`, at(sent))).toBe(false);
    if (sent % 8 === 0) expect(replays.add(`timeless ${sent}`, undefined)).toBe(false);
  }
});
