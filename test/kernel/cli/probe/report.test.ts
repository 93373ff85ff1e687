import { expect, it } from "vitest";
import { moreRepetitions } from "../../../../kernel/cli/probe/report.ts";
import { tableFrom } from "../../../../lib/tables/frame.ts";

const told = { within: "yes", measured: 20 };
const wide = { within: "cannot tell", measured: 31.6 };
const notCounted = { within: "cannot tell", measured: null };

it.each([
  ["a row with a wide interval", [told, wide], 15, 60],
  ["no more than there may be", [wide], 400, 1000],
  ["none where there are as many as there may be", [wide], 1000, undefined],
  ["none where all is told", [told], 15, undefined],
  ["none for a row that is not counted", [told, notCounted], 15, undefined],
])("more repetitions: %s", (_, rows, repetitions, more) => {
  expect(moreRepetitions(tableFrom(rows), repetitions)).toBe(more);
});
