/** `shootdown doctor`: is everything there that the command and its kernel need? */
import { type Command, tellResult } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import type { ReadOptions } from "../readOptions.ts";
import {
  type Check,
  fontCheck,
  jupyterCheck,
  kernelCheck,
  kernelspecCheck,
  nodeCheck,
  packageChecks,
} from "./checks.ts";
import { surroundings } from "./places.ts";

/** Looks at everything, starts a kernel, and says what to do. */
export const doctorCommand: Command = {
  help: `shootdown doctor [options]

Looks whether everything works that notebooks need: Node, packages, fonts, the
kernelspec, Jupyter; and starts a kernel that runs one cell.

  shootdown doctor

  --no-start          do not start a kernel
  --json              print the result as one JSON object on stdout

Exit codes: 0 all works (notes do not count), 1 something fails, 2 wrong usage.
`,
  options: { "no-start": { type: "boolean" } },
  perform: doctor,
};

async function doctor(read: ReadOptions): Promise<number> {
  const around = surroundings();
  const checks = [
    nodeCheck(process.versions.node),
    ...(await packageChecks()),
    fontCheck(),
    await kernelspecCheck(around),
    jupyterCheck(around),
    ...(read.values["no-start"] === true ? [] : [await kernelCheck()]),
  ];
  const ok = checks.every(({ state }) => state !== "failed");
  tellResult(read, { ok, checks }, checks.map(line).join(""));
  return ok ? exitCode.ok : exitCode.failed;
}

function line({ name, state, detail }: Check): string {
  return `${state.padEnd(7)} ${name.padEnd(16)} ${detail}\n`;
}
