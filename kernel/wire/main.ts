/** The wire process: what Jupyter starts, one for each open notebook. */
import { Cells } from "./cells.ts";
import type { ConnectionInfo } from "./connection.ts";
import { watchParent } from "./parent.ts";

/**
 * Runs a kernel on the sockets of a connection file, in the current folder, until it is shut down.
 * Resolves to the exit code. Rejects with SD001, SD006 or SD011 when the file cannot be used.
 */
export async function serveKernel(connectionFile: string): Promise<number> {
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  watchParent(() => leave());
  // The compiler takes longest to start: its process goes first, then the rest is loaded.
  const cells = new Cells(process.cwd());
  cells.start();
  const connection = await connectionIn(connectionFile, cells);
  const { Kernel } = await import("./kernel.ts");
  const kernel = new Kernel(connection, { cells, log, leave: () => leave() });
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

async function connectionIn(file: string, cells: Cells): Promise<ConnectionInfo> {
  try {
    const { readConnectionFile } = await import("./connection.ts");
    return await readConnectionFile(file);
  } catch (error) {
    await cells.close(true);
    throw error;
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
