/** From arguments to exit code. */
import { ShootdownError } from "../../lib/base/messages.ts";
import type { Command } from "./command.ts";
import { type Invocation, readCommandLine } from "./commandLine.ts";
import { exitCode } from "./exitCode.ts";

/** Is the kernel of a connection file until it is shut down, and resolves to the exit code. */
export type ServeKernel = (connectionFile: string) => Promise<number>;

/** Runs the command and returns the exit code; what is wrong is said on stderr. */
export async function main(args: readonly string[], serve: ServeKernel): Promise<number> {
  try {
    // A notebook waits for its kernel: nothing else is loaded for it.
    if (args[0] === "kernel") return await perform(readCommandLine(args), serve);
    return await (await separateMain(args, serve))(args);
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    process.stderr.write(`shootdown: ${error.message}\n`);
    return ["SD006", "SD011"].includes(error.code) ? exitCode.file : exitCode.usage;
  }
}

/** Commands of several words, and those with arguments of their own. */
async function separateMain(
  args: readonly string[],
  serve: ServeKernel,
): Promise<(args: readonly string[]) => Promise<number>> {
  const { isSweepCommand } = await import("./sweep/arguments.ts");
  if (isSweepCommand(args)) return (await import("./sweep/main.ts")).sweepMain;
  if (args[0] === "import") return (await import("./import/main.ts")).importMain;
  const [command, rest] = await separateCommand(args);
  if (command === undefined) return (all) => perform(readCommandLine(all), serve);
  const { runCommand } = await import("./command.ts");
  return () => runCommand(command, rest);
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

async function perform(invocation: Invocation, serve: ServeKernel): Promise<number> {
  switch (invocation.command) {
    case "help":
      process.stdout.write((await import("./help.ts")).helpText(invocation.topic));
      return exitCode.ok;
    case "version":
      process.stdout.write(`shootdown ${(await import("./packageVersion.ts")).packageVersion()}\n`);
      return exitCode.ok;
    case "run":
      return await (await commands()).run(invocation);
    case "render":
      return await (await commands()).render(invocation);
    case "check":
      return await (await commands()).check(invocation);
    case "kernel":
      return await serve(invocation.connectionFile);
  }
}

/** The commands bring the compiler with them, for which help and complaints need not wait. */
function commands(): Promise<typeof import("./commands.ts")> {
  return import("./commands.ts");
}
