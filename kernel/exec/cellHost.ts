/** What the library finds when it runs in a cell: the kernel's side of `lib/base/cellHost.ts`. */
import { type CellHost, cellHostSymbol } from "../../lib/base/cellHost.ts";
import { notebookFailed } from "../../lib/base/messages.ts";
import type { Interrupts } from "./interrupts.ts";
import type { CellEvent } from "./messages.ts";

/** What the user has to say to the oldest question that is open. */
export interface Answers {
  give(text: string): void;
  refuse(reason: string): void;
}

type Answer = { readonly text: string } | { readonly refusal: string };

/** Puts the seam in place. Returns what hands over the answers to its questions. */
export function installCellHost(
  interrupts: Interrupts,
  cell: () => { readonly cell: number; readonly allowStdin: boolean },
  send: (event: CellEvent) => void,
): Answers {
  const waiting: ((answer: Answer) => void)[] = [];
  const host: CellHost = {
    get signal() {
      return interrupts.signal;
    },
    display(data, metadata, place) {
      const kind = place?.update === true ? "update_display" : "display";
      const shown = { kind, cell: cell().cell, data, metadata } as const;
      send(place === undefined ? shown : { ...shown, displayId: place.id });
    },
    clearOutput(wait) {
      send({ kind: "clear_output", cell: cell().cell, wait });
    },
    async input(prompt, password) {
      const { cell: number, allowStdin } = cell();
      if (!allowStdin) throw notebookFailed("input", "nobody can be asked here");
      const answer = new Promise<Answer>((resolve) => waiting.push(resolve));
      send({ kind: "input_request", cell: number, prompt, password });
      try {
        const given = (await interrupts.await(answer)) as Answer;
        // Thrown here, the error shows the line that has asked.
        if ("refusal" in given) throw notebookFailed("input", given.refusal);
        return given.text;
      } finally {
        // An interrupted cell takes no answer to a later question.
        waiting.length = 0;
      }
    },
  };
  Object.defineProperty(globalThis, cellHostSymbol, { value: host, configurable: true });
  return {
    give: (text) => waiting.shift()?.({ text }),
    refuse: (reason) => waiting.shift()?.({ refusal: reason }),
  };
}
