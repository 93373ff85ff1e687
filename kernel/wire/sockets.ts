/** The five sockets of a kernel, and no other: those of the connection file, on its address. */
import { Reply, Router, XPublisher } from "zeromq";
import { refused } from "../../lib/base/messages.ts";
import { type Channel, type ConnectionInfo, endpoint } from "./connection.ts";
import { Outbox } from "./outbox.ts";

/** Channels on which front ends ask. */
export type RequestChannel = "shell" | "control" | "stdin";

/** Receives what comes in. Must not throw. */
export interface SocketListener {
  onMessage(channel: RequestChannel, frames: Buffer[]): void;
  /** A front end listens to iopub from now on. */
  onSubscription(topic: Buffer): void;
  log(text: string): void;
}

/** The open sockets. */
export class Sockets {
  /** Messages to all front ends. */
  readonly iopub: Outbox;
  /** Answers, by the channel of the request. */
  readonly replies: Readonly<Record<"shell" | "control", Outbox>>;
  private readonly routers: Readonly<Record<RequestChannel, Router>>;
  private readonly publisher = new XPublisher({
    ...options,
    // A slow front end is waited for: see Outbox.
    noDrop: true,
    sendTimeout: 0,
    sendHighWaterMark: 5_000,
    verbosity: "allSubs",
  });
  private readonly heartbeat = new Reply(options);
  private readonly listener: SocketListener;

  constructor(listener: SocketListener) {
    const log = listener.log;
    this.listener = listener;
    this.routers = {
      shell: new Router(options),
      control: new Router(options),
      // The user of a front end without stdin cannot be asked: better to know it than to wait.
      stdin: new Router({ ...options, mandatory: true }),
    };
    const outbox = (router: Router): Outbox => new Outbox((frames) => router.send(frames), log);
    this.replies = {
      shell: outbox(this.routers.shell),
      control: outbox(this.routers.control),
    };
    this.iopub = new Outbox((frames) => this.publisher.send(frames), log);
    this.iopub.onStall = () => this.stopWaiting();
  }

  /** Starts to listen. Throws SD011 when an address cannot be had. */
  async open(info: ConnectionInfo): Promise<void> {
    const { shell, control, stdin } = this.routers;
    const byChannel = { shell, control, stdin, iopub: this.publisher, hb: this.heartbeat };
    for (const [channel, socket] of Object.entries(byChannel)) {
      const address = endpoint(info, channel as Channel);
      try {
        await socket.bind(address);
      } catch (error) {
        throw refused("address", address, (error as Error).message);
      }
    }
    for (const channel of ["shell", "control", "stdin"] as const) {
      void this.receive(this.routers[channel], (frames) => {
        this.listener.onMessage(channel, frames);
      });
    }
    void this.receive(this.publisher, ([event]) => {
      if (event?.[0] === 1) this.listener.onSubscription(event.subarray(1));
    });
    void this.beat();
  }

  /** Asks the user of the front end behind the frames; rejects when there is none. */
  async ask(frames: Uint8Array[]): Promise<void> {
    await this.routers.stdin.send(frames);
  }

  /** Closes all of them when what is due has been sent. */
  async close(): Promise<void> {
    const outboxes = [this.iopub, ...Object.values(this.replies)];
    const late = new Promise((resolve) => setTimeout(resolve, lingerMs).unref());
    await Promise.race([Promise.all(outboxes.map((outbox) => outbox.drained())), late]);
    const routers = Object.values(this.routers);
    for (const socket of [...routers, this.publisher, this.heartbeat]) socket.close();
  }

  /** A front end that reads nothing loses messages for a while, so that the others get theirs. */
  private stopWaiting(): void {
    this.listener.log("a front end does not read: it will miss messages");
    this.publisher.noDrop = false;
    this.iopub.isGentle = true;
    setTimeout(() => {
      this.iopub.isGentle = false;
      if (!this.publisher.closed) this.publisher.noDrop = true;
    }, forgiveAfterMs).unref();
  }

  private async receive(
    socket: AsyncIterable<Buffer[]>,
    take: (frames: Buffer[]) => void,
  ): Promise<void> {
    try {
      for await (const frames of socket) take(frames);
    } catch (error) {
      this.listener.log(`a socket failed: ${error}`);
    }
  }

  private async beat(): Promise<void> {
    await this.receive(this.heartbeat, (frames) => {
      this.heartbeat.send(frames).catch(() => undefined);
    });
  }
}

/** Time that messages have to leave before the sockets close. */
const lingerMs = 1_000;

/** Time until a front end that did not read is waited for again. */
const forgiveAfterMs = 60_000;

/** No front end sends larger messages, and nobody may fill the memory with one. */
const maxMessageSize = 256 * 1024 * 1024;

const options = { linger: lingerMs, maxMessageSize };
