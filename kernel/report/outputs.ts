/** From what a cell shows to the outputs a notebook stores. */
import type { Shown } from "../wire/outputs.ts";
import type { Output } from "./notebook.ts";
import { isPassing } from "./passing.ts";

/** Where the displays of one run are, for updates from later cells. */
export class DisplayPlaces {
  private readonly places = new Map<string, { list: Output[]; index: number }[]>();
  /** Outputs that go as soon as something comes in their place. */
  private readonly stale = new Set<Output[]>();

  /** Adds an event to the outputs of its cell; an update goes to every display with its id. */
  add(outputs: Output[], event: Shown): void {
    if (event.kind === "display" && isPassing(event.metadata)) return;
    if (event.kind === "update_display") {
      for (const { list, index } of this.places.get(event.displayId ?? "") ?? []) {
        list[index] = { kind: "display_data", data: event.data, metadata: event.metadata };
      }
      return;
    }
    if (event.kind === "clear_output") {
      if (event.wait) this.stale.add(outputs);
      else this.clear(outputs);
      return;
    }
    if (this.stale.has(outputs)) this.clear(outputs);
    this.append(outputs, event);
  }

  private append(outputs: Output[], event: StoredOutput): void {
    switch (event.kind) {
      case "stream":
        addText(outputs, event);
        return;
      case "display":
        if (event.displayId !== undefined) this.remember(event.displayId, outputs);
        outputs.push({ kind: "display_data", data: event.data, metadata: event.metadata });
        return;
      case "result":
        outputs.push({ kind: "execute_result", data: event.data, metadata: event.metadata });
        return;
      case "error": {
        const { ename, evalue, traceback } = event;
        outputs.push({ kind: "error", ename, evalue, traceback });
      }
    }
  }

  /** What was cleared can no longer be updated. */
  private clear(outputs: Output[]): void {
    this.stale.delete(outputs);
    outputs.length = 0;
    for (const [id, places] of this.places) {
      this.places.set(
        id,
        places.filter(({ list }) => list !== outputs),
      );
    }
  }

  private remember(id: string, list: Output[]): void {
    const places = this.places.get(id) ?? [];
    places.push({ list, index: list.length });
    this.places.set(id, places);
  }
}

type StoredOutput = Exclude<Shown, { kind: "update_display" | "clear_output" }>;

/** Text that follows text of the same stream continues it, however it was cut on its way. */
function addText(outputs: Output[], { name, text }: Extract<Shown, { kind: "stream" }>): void {
  const last = outputs.at(-1);
  if (last?.kind === "stream" && last.name === name) {
    outputs[outputs.length - 1] = { ...last, text: last.text + text };
  } else {
    outputs.push({ kind: "stream", name, text });
  }
}
