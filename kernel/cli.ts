#!/usr/bin/env node
/** The `shootdown` command. */

perform(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});

async function perform(args: readonly string[]): Promise<number> {
  if (args[0] === "kernel") return await performKernel(args);
  const { main } = await import("./cli/main.ts");
  return await main(args);
}

/** A notebook waits for its kernel: nothing is loaded before the process of its cells starts. */
async function performKernel(args: readonly string[]): Promise<number> {
  const { startCells } = await import("./wire/main.ts");
  const cells = startCells();
  try {
    const { main } = await import("./cli/main.ts");
    return await main(args, cells);
  } finally {
    // Wrong arguments, or help, and no kernel.
    await cells.close(true);
  }
}
