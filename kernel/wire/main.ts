/** The wire process: what Jupyter starts, one for each open notebook. */
import { Cells } from "./cells.ts";
import { watchParent } from "./parent.ts";

/**
 * Starts the process of the cells in the current folder. Nothing takes longer at the start of a
 * kernel, so it goes first: before the command line is read, and most of this process is loaded.
 */
export function startCells(): Cells {
  const cells = newCells();
  cells.start();
  return cells;
}

function newCells(): Cells {
  return new Cells(process.cwd());
}

/**
 * Runs a kernel on the sockets of a connection file, in the current folder, until it is shut down.
 * Resolves to the exit code. Rejects with SD001, SD006 or SD011 when the file cannot be used.
 */
export async function serveKernel(connectionFile: string, cells: Cells): Promise<number> {
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  watchParent(() => leave());
  const { readConnectionFile } = await import("./connection.ts");
  const connection = await readConnectionFile(connectionFile);
  const { Kernel } = await import("./kernel.ts");
  const kernel = new Kernel(connection, { cells, second: newCells, log, leave: () => leave() });
  guardProcess();
  process.on("SIGINT", () => kernel.interrupt());
  process.on("SIGTERM", () => leave());
  try {
    await kernel.start();
    await left;
    return 0;
  } finally {
    await kernel.close();
  }
}

/** Nothing that goes wrong here may cost the user the variables of the notebook. */
function guardProcess(): void {
  process.on("uncaughtException", (error) => log(`unexpected: ${error.stack}`));
  process.on("unhandledRejection", (error) => log(`unexpected: ${error}`));
  // Nobody may be left who reads what is logged.
  process.stderr.on("error", () => undefined);
}

function log(text: string): void {
  process.stderr.write(`shootdown kernel: ${text}\n`);
}
