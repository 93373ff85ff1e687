/** Shows values before the end of a cell, and shows them again in the same place. */
import { randomUUID } from "node:crypto";
import { cellHost } from "../base/cellHost.ts";
import { displayed } from "./bundle.ts";
import { screen } from "./screen.ts";

/**
 * Shows a value as the last value of a cell is shown: a chart as a chart, a table as a table,
 * anything else as text. Outside of a notebook its text is printed. To be awaited, because charts
 * are drawn when they are shown. Rejects with what the value's own display method throws.
 */
export async function show(...values: readonly unknown[]): Promise<void> {
  for (const value of values) {
    const bundle = await displayed(value);
    if (bundle !== undefined) screen().show(bundle);
  }
}

/** A place in the output that can be written again. */
export interface DisplayHandle {
  /** Shows the value there, instead of what was there. Without a notebook it is printed again. */
  show(value: unknown): Promise<void>;
}

/** A place for values of which only the last one counts; it appears with the first of them. */
export function displayHandle(): DisplayHandle {
  const id = newDisplayId();
  let update = false;
  return {
    async show(value) {
      const bundle = await displayed(value);
      if (bundle === undefined) return;
      screen().show(bundle, { id, update });
      update = true;
    },
  };
}

/** Removes what the cell has shown; with `wait`, when something new comes. Nothing elsewhere. */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  cellHost()?.clearOutput(options.wait === true);
}

/** Differs in every process: front ends keep ids for as long as a notebook is open. */
export function newDisplayId(): string {
  displays += 1;
  return `${process_}-${displays}`;
}

const process_ = randomUUID();
let displays = 0;
