/** Kernels for tests: real processes, each ended by its pid when its test file is done. */
import { afterAll } from "vitest";
import type { ConnectionInfo } from "../../../kernel/wire/connection.ts";
import type * as launching from "../../../kernel/wire/launch.ts";
import type { Message } from "../../../kernel/wire/message.ts";
import { built } from "../build.ts";
import { testFolder } from "../notebooks.ts";

/** A kernel under test. */
export type TestKernel = launching.LaunchedKernel;

/** What one execution has brought. */
export interface Ran {
  readonly reply: Message;
  readonly content: Message["content"];
  /** Messages of iopub that belong to it, in order. */
  readonly messages: readonly Message[];
}

const started: TestKernel[] = [];

afterAll(async () => {
  for (const kernel of started.splice(0)) kernel.kill();
});

/** Starts a kernel and waits until it answers. */
export async function startKernel(
  name: string,
  connect?: (folder: string) => Promise<ConnectionInfo>,
): Promise<TestKernel> {
  const { launchKernel } = await built<typeof launching>("kernel/wire/launch.ts");
  const kernel = await launchKernel(testFolder(name), connect);
  started.push(kernel);
  const lost = kernel.ended.then((reason) => Promise.reject(reason));
  await Promise.race([kernel.ready, lost]);
  lost.catch(() => undefined);
  return kernel;
}

/** Runs code and collects everything that belongs to it. */
export async function execute(
  { client }: TestKernel,
  code: string,
  options: Parameters<TestKernel["client"]["execute"]>[1] = {},
): Promise<Ran> {
  const messages: Message[] = [];
  const reply = await client.execute(code, options, (message) => messages.push(message));
  return { reply, content: reply.content, messages };
}

/** The types of the messages, states by name: `busy execute_input stream idle`. */
export function typesOf({ messages }: Pick<Ran, "messages">): string {
  return messages
    .map(({ header, content }) => String(content.execution_state ?? header.msg_type))
    .join(" ");
}

/** Everything printed to a stream. */
export function printed({ messages }: Ran, name: "stdout" | "stderr" = "stdout"): string {
  return messages
    .filter(({ header, content }) => header.msg_type === "stream" && content.name === name)
    .map(({ content }) => content.text)
    .join("");
}

/** The text of the last value. */
export function lastValue({ messages }: Ran): unknown {
  const result = messages.find(({ header }) => header.msg_type === "execute_result");
  return (result?.content.data as Record<string, unknown> | undefined)?.["text/plain"];
}

/** Code that asks the user, as the library does in a cell. */
export function input(prompt: string): string {
  return `(globalThis as any)[Symbol.for("shootdown.cell")].input(${JSON.stringify(prompt)}, false)`;
}
