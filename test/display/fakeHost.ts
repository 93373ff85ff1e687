/** Screens for tests: a kernel, and tslab's hook, that remember what they were given. */
import { createRequire } from "node:module";
import { type CellHost, cellHostSymbol } from "../../lib/base/cellHost.ts";

/** What was shown. */
export interface Shown {
  readonly data: Readonly<Record<string, unknown>>;
  readonly update: boolean;
  readonly id: string | undefined;
}

/** Puts a kernel in place, whose signal is the given one; returns what it will have been shown. */
export function fakeKernel(signal: AbortSignal = new AbortController().signal): Shown[] {
  const shown: Shown[] = [];
  const host: CellHost = {
    signal,
    display: (data, _, place) => {
      shown.push({ data, update: place?.update === true, id: place?.id });
    },
    clearOutput: () => undefined,
    input: async (prompt) => `answer to ${prompt}`,
  };
  Object.defineProperty(globalThis, cellHostSymbol, { value: host, configurable: true });
  return shown;
}

/** Loads tslab and listens to what its displays are given. */
export function fakeTslab(): Shown[] {
  const shown: Shown[] = [];
  const jupyter = createRequire(import.meta.url)("tslab/dist/jupyter.js") as {
    lastWriteDisplayData: unknown;
  };
  type Content = Pick<Shown, "data"> & { readonly transient: { readonly display_id?: string } };
  jupyter.lastWriteDisplayData = ({ data, transient }: Content, update: boolean) => {
    shown.push({ data, update, id: transient.display_id });
  };
  return shown;
}

/** Takes all of them away. */
export function noScreens(): void {
  delete (globalThis as { [cellHostSymbol]?: CellHost })[cellHostSymbol];
  const { cache } = createRequire(import.meta.url);
  const file = Object.keys(cache).find((name) => name.endsWith("/tslab/dist/jupyter.js"));
  if (file !== undefined) cache[file]!.exports.lastWriteDisplayData = null;
}
