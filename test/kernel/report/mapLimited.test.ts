import { expect, it } from "vitest";
import { mapLimited } from "../../../kernel/report/mapLimited.ts";

it("does no more at once than it may, and keeps the order", async () => {
  let running = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < 5 - item; turn++) await Promise.resolve();
    running -= 1;
    return 10 * item;
  };
  expect(await mapLimited([0, 1, 2, 3, 4], 2, work)).toEqual([0, 10, 20, 30, 40]);
  expect(most).toBe(2);
  expect(await mapLimited([], 2, work)).toEqual([]);
});
