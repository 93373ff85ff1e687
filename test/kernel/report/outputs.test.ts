import { expect, it } from "vitest";
import type { Output } from "../../../kernel/report/notebook.ts";
import { DisplayPlaces } from "../../../kernel/report/outputs.ts";
import type { Shown } from "../../../kernel/wire/outputs.ts";

const bundle = (text: string) => ({ data: { "text/plain": text }, metadata: {} });

it("text of one stream is one output, until something else comes", () => {
  const outputs: Output[] = [];
  const places = new DisplayPlaces();
  const say = (name: "stdout" | "stderr", text: string): Shown => {
    return { kind: "stream", name, text };
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
  places.add(first, { kind: "display", displayId: "d", ...bundle("10 %") });
  places.add(second, { kind: "display", displayId: "d", ...bundle("10 %") });
  places.add(second, { kind: "update_display", displayId: "d", ...bundle("100 %") });
  expect(first).toEqual([{ kind: "display_data", ...bundle("100 %") }]);
  expect(second).toEqual([{ kind: "display_data", ...bundle("100 %") }]);
});

it("an update of a display that is not there changes nothing", () => {
  const outputs: Output[] = [];
  const update = { kind: "update_display", displayId: "x", ...bundle("1") } as const;
  new DisplayPlaces().add(outputs, update);
  expect(outputs).toEqual([]);
});

it("clearing takes away what is there, at once or when the next output comes", () => {
  const outputs: Output[] = [];
  const places = new DisplayPlaces();
  places.add(outputs, { kind: "display", displayId: "d", ...bundle("1") });
  places.add(outputs, { kind: "clear_output", wait: true });
  expect(outputs).toHaveLength(1);
  places.add(outputs, { kind: "stream", name: "stdout", text: "2" });
  expect(outputs).toEqual([{ kind: "stream", name: "stdout", text: "2" }]);
  places.add(outputs, { kind: "clear_output", wait: false });
  expect(outputs).toEqual([]);
  places.add(outputs, { kind: "update_display", displayId: "d", ...bundle("3") });
  expect(outputs).toEqual([]);
});

it("what is of the moment is not stored", () => {
  const outputs: Output[] = [];
  const metadata = { shootdown: { passing: true } };
  const time = { data: { "text/plain": "time: 1 s" }, metadata };
  new DisplayPlaces().add(outputs, { kind: "display", ...time });
  expect(outputs).toEqual([]);
});
