/**
 * Where things are shown. Which one it is depends on who runs the code, and is looked up at each
 * call: this kernel, stock tslab, or a plain process that can only print.
 */
import { createRequire } from "node:module";
import { type CellHost, cellHost, type DisplayPlace } from "../base/cellHost.ts";
import type { Displayed } from "./bundle.ts";

/** A place to show things. */
export interface Screen {
  /** Shows a bundle, at a place that can be written again if one is given. */
  show(displayed: Displayed, place?: DisplayPlace): void;
  /** A notebook can replace what it has shown; what is printed stays. */
  readonly canUpdate: boolean;
}

/** The screen of whoever runs this code. */
export function screen(): Screen {
  const host = cellHost();
  if (host !== undefined) return kernelScreen(host);
  const write = tslabWriter();
  return write === undefined ? textScreen : tslabScreen(write);
}

function kernelScreen(host: CellHost): Screen {
  return {
    show: ({ data, metadata }, place) => host.display(data, metadata, place),
    canUpdate: true,
  };
}

/** What `tslab.display` calls: it takes whole bundles, though its own functions make small ones. */
type TslabWriter = (content: object, update: boolean) => void;

function tslabScreen(write: TslabWriter): Screen {
  return {
    show({ data, metadata }, place) {
      const transient = place === undefined ? {} : { display_id: place.id };
      write({ data, metadata, transient }, place?.update === true);
    },
    canUpdate: true,
  };
}

/** Set while tslab runs a cell; found among the modules that are loaded, wherever tslab lies. */
function tslabWriter(): TslabWriter | undefined {
  const { cache } = createRequire(import.meta.url);
  const file = Object.keys(cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const loaded = file === undefined ? undefined : cache[file]?.exports;
  return (
    (loaded as { lastWriteDisplayData?: TslabWriter | null })?.lastWriteDisplayData ?? undefined
  );
}

const textScreen: Screen = {
  show({ data }) {
    const text = data["text/plain"] ?? `<${Object.keys(data).join(", ")}>`;
    process.stdout.write(`${String(text)}\n`);
  },
  canUpdate: false,
};
