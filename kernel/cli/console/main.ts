/** `shootdown console`: cells typed in a terminal, over the same protocol as in a notebook. */
import { invalid, ShootdownError } from "../../../lib/base/messages.ts";
import { KernelClient } from "../../wire/client.ts";
import { readConnectionFile } from "../../wire/connection.ts";
import { launchKernel } from "../../wire/launch.ts";
import type { Command } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import type { ReadOptions } from "../readOptions.ts";
import { isInteractive, Lines } from "./lines.ts";
import { OutputPrinter } from "./printer.ts";
import { ConsoleSession } from "./session.ts";

/** Reads, runs, prints. */
export const consoleCommand: Command = {
  help: `shootdown console [options]

Runs cells that are typed, or piped in, in a kernel of their own in this folder.
A cell may have several lines: it runs when it is complete, or at an empty line.
Tab completes, NAME? explains, Ctrl-C interrupts the cell, Ctrl-D leaves.

  shootdown console
  echo "1 + 1" | shootdown console

  --existing FILE     talk to the kernel of that connection file; it runs on

Exit codes: 0 ok, 1 a piped cell failed or the kernel ended, 2 wrong usage,
3 a file cannot be read.
`,
  options: { existing: { type: "string" } },
  perform: converse,
};

/** A kernel to talk to, and how to leave it. */
interface Partner {
  readonly client: KernelClient;
  readonly ready: Promise<{ readonly content: Readonly<Record<string, unknown>> }>;
  /** Why it is gone; never, for a kernel of somebody else. */
  readonly ended: Promise<ShootdownError>;
  close(): Promise<void>;
}

async function converse({ values, positionals }: ReadOptions): Promise<number> {
  if (positionals[0] !== undefined) throw invalid("argument", positionals[0], "no argument");
  const partner = await partnerOf(values.existing as string | undefined);
  const printer = new OutputPrinter({
    isTerminal: isInteractive(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
  const session = new ConsoleSession(partner.client, printer, true);
  const lines = new Lines((line) => session.complete(line));
  partner.client.onInput = async (prompt, secret) => {
    if (!isInteractive()) process.stdout.write(prompt);
    return (await lines.next(prompt, secret)) ?? "";
  };
  lines.onInterrupt = () => {
    if (session.interrupt() === "lines") lines.abandon();
  };
  const end = await Promise.race([talk(partner, session, lines), partner.ended]);
  lines.close();
  if (end instanceof ShootdownError) {
    process.stderr.write(`shootdown: ${end.message}\n`);
    return exitCode.failed;
  }
  await partner.close();
  return end || isInteractive() ? exitCode.ok : exitCode.failed;
}

/** True when every cell went well. */
async function talk(partner: Partner, session: ConsoleSession, lines: Lines): Promise<boolean> {
  const { content } = await partner.ready;
  if (isInteractive()) process.stdout.write(`${content.banner}\nCtrl-D leaves.\n`);
  let ok = true;
  let indent = "";
  for (;;) {
    const next = lines.next(session.prompt);
    lines.insert(indent);
    const line = await next;
    const result = line === undefined ? await session.run() : await session.take(line);
    indent = result.kind === "more" ? result.indent : "";
    if (result.kind === "ran" && !result.ok) ok = false;
    if (line === undefined) return ok;
  }
}

async function partnerOf(existing: string | undefined): Promise<Partner> {
  if (existing === undefined) return await launchKernel(process.cwd());
  const client = new KernelClient(await readConnectionFile(existing));
  return {
    client,
    ready: client.ready(),
    ended: new Promise(() => undefined),
    close: async () => client.close(),
  };
}
