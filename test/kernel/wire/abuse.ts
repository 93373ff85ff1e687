/** Messages that a kernel must not believe, thrown at its sockets. */
import net from "node:net";
import { expect } from "vitest";
import { Dealer } from "zeromq";
import { endpoint } from "../../../kernel/wire/connection.ts";
import { MessageGate } from "../../../kernel/wire/gate.ts";
import { Sender, Signer } from "../../../kernel/wire/message.ts";
import { RandomStream } from "../../../lib/base/random.ts";
import { execute, lastValue, type TestKernel } from "./kernels.ts";

/** Sends that many of them on the three sockets that listen; resolves when all have been read. */
export async function abuse(kernel: TestKernel, count: number): Promise<void> {
  await execute(kernel, "let believed = 0;");
  await noise(kernel);
  const channels = ["shell", "control", "stdin"] as const;
  await Promise.all(channels.map((channel) => flood(kernel, channel, Math.ceil(count / 3))));
  await kernel.client.beat();
  // The recorded message, sent once for each socket, is the only one that may have been executed.
  expect(lastValue(await execute(kernel, "believed"))).toBe("1");
}

async function flood(
  { connection }: TestKernel,
  channel: "shell" | "control" | "stdin",
  count: number,
): Promise<void> {
  const random = RandomStream.of(7, channel);
  const signer = new Signer(connection);
  const sender = new Sender(signer, "abuser");
  const content = { code: "believed += 1", silent: true };
  const idents: Uint8Array[] = [];
  const sound = sender.frames({ idents, type: "execute_request", content, parent: {} });
  const socket = new Dealer({ linger: 0 });
  socket.connect(endpoint(connection, channel));
  await socket.send(sound);
  for (let sent = 0; sent < count; sent++) await socket.send(abusive(sound, signer, random));
  if (channel !== "stdin") await answered(socket, sender, signer);
  socket.close();
}

/** A message that is wrong in one of seven ways. */
function abusive(sound: Uint8Array[], signer: Signer, random: RandomStream): Uint8Array[] {
  const [delimiter, signature, header, ...rest] = sound as [Uint8Array, Uint8Array, Uint8Array];
  const bytes = (length: number): Uint8Array => {
    return Uint8Array.from({ length }, () => random.below(256));
  };
  switch (random.below(7)) {
    case 0:
      return sound;
    case 1:
      return [delimiter, new Uint8Array(0), header, ...rest];
    case 2:
      return [delimiter, Buffer.from(Buffer.from(bytes(32)).toString("hex")), header, ...rest];
    case 3:
      return [delimiter, signature, header, ...rest.slice(0, 2), Buffer.from('{"code":"1"}')];
    case 4:
      return [bytes(20), bytes(random.below(100))];
    case 5:
      return sound.slice(0, random.uniform(1, sound.length - 1));
    default: {
      // From someone with the key, but no message.
      const parts = [bytes(10), bytes(10), bytes(10), bytes(10)];
      return [delimiter, Buffer.from(signer.sign(parts)), ...parts];
    }
  }
}

/** A request behind all the others on the same socket has its reply. */
async function answered(socket: Dealer, sender: Sender, signer: Signer): Promise<void> {
  const request = { idents: [], type: "kernel_info_request", content: {}, parent: {} };
  await socket.send(sender.frames(request));
  const gate = new MessageGate(signer, () => undefined);
  for await (const frames of socket) {
    if (gate.pass(frames)?.header.msg_type === "kernel_info_reply") return;
  }
}

/** Bytes that are not even ZeroMQ's. */
async function noise({ connection }: TestKernel): Promise<void> {
  for (const channel of ["shell", "control", "stdin", "iopub", "hb"] as const) {
    const path = endpoint(connection, channel).replace("ipc://", "");
    const socket = net.connect(path);
    socket.on("error", () => undefined).resume();
    socket.end(Buffer.alloc(4_096, `GET / HTTP/1.1\r\n${channel}`));
    await new Promise((resolve) => socket.once("close", resolve));
  }
}
