import { expect, it } from "vitest";
import type { CellOutput } from "../../../kernel/exec/messages.ts";
import type { Output } from "../../../kernel/report/notebook.ts";
import { DisplayPlaces } from "../../../kernel/report/outputs.ts";

const bundle = (text: string) => ({ data: { "text/plain": text }, metadata: {} });

it("text of one stream is one output, until something else comes", () => {
  const outputs: Output[] = [];
  const places = new DisplayPlaces();
  const say = (name: "stdout" | "stderr", text: string): CellOutput => {
    return { kind: "stream", cell: 1, name, text };
  };
  for (const event of [say("stdout", "a"), say("stdout", "b"), say("stderr", "c")]) {
    places.add(outputs, event);
  }
  expect(outputs).toEqual([
    { kind: "stream", name: "stdout", text: "ab" },
    { kind: "stream", name: "stderr", text: "c" },
  ]);
});

it("an update replaces each display with its id, in earlier cells too", () => {
  const first: Output[] = [];
  const second: Output[] = [];
  const places = new DisplayPlaces();
  places.add(first, { kind: "display", cell: 1, displayId: "d", ...bundle("10 %") });
  places.add(second, { kind: "display", cell: 2, displayId: "d", ...bundle("10 %") });
  places.add(second, { kind: "update_display", cell: 2, displayId: "d", ...bundle("100 %") });
  expect(first).toEqual([{ kind: "display_data", ...bundle("100 %") }]);
  expect(second).toEqual([{ kind: "display_data", ...bundle("100 %") }]);
});

it("an update of a display that is not there changes nothing", () => {
  const outputs: Output[] = [];
  const update = { kind: "update_display", cell: 1, displayId: "x", ...bundle("1") } as const;
  new DisplayPlaces().add(outputs, update);
  expect(outputs).toEqual([]);
});
