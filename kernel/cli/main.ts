/** From arguments to exit code. */
import { ShootdownError } from "../../lib/base/messages.ts";
import type { Command } from "./command.ts";
import { runCommand } from "./command.ts";
import { type Invocation, readCommandLine } from "./commandLine.ts";
import { exitCode } from "./exitCode.ts";
import { helpText } from "./help.ts";
import { packageVersion } from "./packageVersion.ts";
import { isSweepCommand } from "./sweep/arguments.ts";

/** Runs the command and returns the exit code; what is wrong is said on stderr. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    if (isSweepCommand(args)) return await (await import("./sweep/main.ts")).sweepMain(args);
    if (args[0] === "import") return await (await import("./import/main.ts")).importMain(args);
    const [command, rest] = await separateCommand(args);
    if (command !== undefined) return await runCommand(command, rest);
    return await perform(readCommandLine(args));
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    process.stderr.write(`shootdown: ${error.message}\n`);
    return ["SD006", "SD011"].includes(error.code) ? exitCode.file : exitCode.usage;
  }
}

/** The command that has its arguments to itself, if it is one; `help NAME` is `NAME --help`. */
async function separateCommand(
  args: readonly string[],
): Promise<[Command | undefined, readonly string[]]> {
  const asked = args[0] === "help";
  const [name, ...rest] = asked ? args.slice(1) : args;
  return [await commandCalled(name), asked ? ["--help"] : rest];
}

/** Commands are loaded when they are called: each brings its own packages with it. */
async function commandCalled(name: string | undefined): Promise<Command | undefined> {
  switch (name) {
    case "install":
      return (await import("./install/main.ts")).installCommand;
    case "uninstall":
      return (await import("./install/main.ts")).uninstallCommand;
    case "doctor":
      return (await import("./install/doctor.ts")).doctorCommand;
    case "pair":
      return (await import("./notebooks/pair.ts")).pairCommand;
    case "strip":
      return (await import("./notebooks/tidy.ts")).stripCommand;
    case "normalize":
      return (await import("./notebooks/tidy.ts")).normalizeCommand;
    case "gallery":
      return (await import("./gallery/main.ts")).galleryCommand;
    case "probe":
      return (await import("./probe/main.ts")).probeCommand;
    case "lab":
      return (await import("./lab/main.ts")).labCommand;
    case "console":
      return (await import("./console/main.ts")).consoleCommand;
    default:
      return undefined;
  }
}

async function perform(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case "help":
      process.stdout.write(helpText(invocation.topic));
      return exitCode.ok;
    case "version":
      process.stdout.write(`shootdown ${packageVersion()}\n`);
      return exitCode.ok;
    case "run":
      return await (await commands()).run(invocation);
    case "render":
      return await (await commands()).render(invocation);
    case "check":
      return await (await commands()).check(invocation);
    case "kernel": {
      // Only what speaks to Jupyter: the compiler lives in another process.
      const { serveKernel } = await import("../wire/main.ts");
      return await serveKernel(invocation.connectionFile);
    }
  }
}

/** The commands bring the compiler with them, for which help and complaints need not wait. */
function commands(): Promise<typeof import("./commands.ts")> {
  return import("./commands.ts");
}
