#!/usr/bin/env node
/** The `shootdown` command. */
import type { Cells } from "./wire/cells.ts";

perform(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});

/** A notebook waits for its kernel: nothing is loaded before the process of its cells starts. */
async function perform(args: readonly string[]): Promise<number> {
  const cells = args[0] === "kernel" ? await startCells() : undefined;
  try {
    const { main } = await import("./cli/main.ts");
    return await main(args, async (connectionFile) => {
      const { serveKernel } = await wireModule();
      return await serveKernel(connectionFile, cells ?? (await startCells()));
    });
  } finally {
    // Wrong arguments, or help, and no kernel.
    await cells?.close(true);
  }
}

async function startCells(): Promise<Cells> {
  return (await wireModule()).startCells();
}

/** In one file, which the build makes (`scripts/bundle.mjs`). */
function wireModule(): Promise<typeof import("./wire/main.ts")> {
  const bundle = "./wire/main.bundle.js";
  return import(bundle);
}
