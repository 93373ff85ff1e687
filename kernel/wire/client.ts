/** A front end without a screen: the other end of the sockets of a kernel. */
import { randomUUID } from "node:crypto";
import { Dealer, Request, Subscriber } from "zeromq";
import { type ConnectionInfo, endpoint } from "./connection.ts";
import { MessageGate } from "./gate.ts";
import { type Content, type Header, type Message, Sender, Signer } from "./message.ts";
import { Outbox } from "./outbox.ts";
import type { RequestChannel } from "./sockets.ts";

/** Receives a message of iopub. */
export type MessageListener = (message: Message) => void;

/** What an `execute_request` says; the rest is as front ends have it. */
export interface ExecuteOptions {
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly user_expressions?: Content;
  readonly allow_stdin?: boolean;
  readonly stop_on_error?: boolean;
}

interface Expectation {
  readonly replied: (reply: Message) => void;
  readonly onOutput: MessageListener | undefined;
  readonly onIdle: (() => void) | undefined;
}

/** Talks to one kernel. */
export class KernelClient {
  /** Receives every message of iopub, whoever it is for. */
  onMessage: MessageListener = () => undefined;
  /** Answers an `input_request`. */
  onInput: (prompt: string, password: boolean) => string | Promise<string> = () => "";
  private readonly dealers: Readonly<Record<RequestChannel, Dealer>>;
  private readonly outboxes: Readonly<Record<RequestChannel, Outbox>>;
  private readonly subscriber = new Subscriber({ ...options, receiveHighWaterMark: 0 });
  private readonly heartbeat = new Request(options);
  private readonly sender: Sender;
  private readonly gate: MessageGate;
  private readonly expected = new Map<string, Expectation>();
  private readonly welcomed: Promise<void>;

  /** Connects; the kernel may start later. */
  constructor(connection: ConnectionInfo) {
    const signer = new Signer(connection);
    this.sender = new Sender(signer, "shootdown");
    this.gate = new MessageGate(signer, () => undefined);
    // A kernel asks on stdin whoever has asked it on shell: both sockets have one name.
    const dealer = { ...options, routingId: randomUUID() };
    const dealers = {
      shell: new Dealer(dealer),
      control: new Dealer(dealer),
      stdin: new Dealer(dealer),
    };
    const outbox = (socket: Dealer): Outbox => {
      return new Outbox(
        (frames) => socket.send(frames),
        () => undefined,
      );
    };
    this.dealers = dealers;
    this.outboxes = {
      shell: outbox(dealers.shell),
      control: outbox(dealers.control),
      stdin: outbox(dealers.stdin),
    };
    this.subscriber.subscribe("");
    for (const channel of ["shell", "control", "stdin"] as const) {
      dealers[channel].connect(endpoint(connection, channel));
      void this.receive(dealers[channel], (message) => this.takeReply(message));
    }
    this.subscriber.connect(endpoint(connection, "iopub"));
    this.heartbeat.connect(endpoint(connection, "hb"));
    this.welcomed = new Promise((resolve) => {
      void this.receive(this.subscriber, (message) => {
        resolve();
        this.takePublished(message);
      });
    });
  }

  /** Resolves to the answer to `kernel_info_request` when replies and outputs get through. */
  async ready(): Promise<Message> {
    const [reply] = await Promise.all([
      this.request("shell", "kernel_info_request"),
      this.welcomed,
    ]);
    return reply;
  }

  /** Asks and waits for the reply. */
  request(channel: RequestChannel, type: string, content: Content = {}): Promise<Message> {
    return new Promise((replied) => {
      const { msg_id: id } = this.send(channel, type, content);
      this.expected.set(id, { replied, onOutput: undefined, onIdle: undefined });
    });
  }

  /** Runs code; resolves to the reply when all outputs have come. */
  async execute(
    code: string,
    options: ExecuteOptions = {},
    onOutput?: MessageListener,
  ): Promise<Message> {
    const content = { ...executeDefaults, ...options, code };
    let onIdle = (): void => undefined;
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
    });
    const reply = await new Promise<Message>((replied) => {
      const { msg_id: id } = this.send("shell", "execute_request", content);
      this.expected.set(id, { replied, onOutput, onIdle });
    });
    await idle;
    this.expected.delete(String((reply.parent as Header).msg_id));
    return reply;
  }

  /** Sends without expecting anything. */
  send(channel: RequestChannel, type: string, content: Content, parent: Content = {}): Header {
    const header = this.sender.header(type);
    const message = { idents: [], type, content, parent };
    this.outboxes[channel].put(this.sender.frames(message, header));
    return header;
  }

  /** Resolves when the heartbeat has come back. */
  async beat(): Promise<void> {
    await this.heartbeat.send("ping");
    await this.heartbeat.receive();
  }

  /** Hangs up. What is expected never comes. */
  close(): void {
    const sockets = [...Object.values(this.dealers), this.subscriber, this.heartbeat];
    for (const socket of sockets) socket.close();
  }

  private async receive(
    socket: AsyncIterable<Buffer[]>,
    take: (message: Message) => void,
  ): Promise<void> {
    for await (const frames of socket) {
      const message = this.gate.pass(frames);
      if (message !== undefined) take(message);
    }
  }

  private takeReply(message: Message): void {
    const { header, content, parent } = message;
    if (header.msg_type === "input_request") {
      const answer = this.onInput(String(content.prompt), content.password === true);
      void Promise.resolve(answer).then((value) => {
        this.send("stdin", "input_reply", { value }, header as unknown as Content);
      });
      return;
    }
    const expectation = this.expected.get(String(parent.msg_id));
    if (expectation?.onIdle === undefined) this.expected.delete(String(parent.msg_id));
    expectation?.replied(message);
  }

  private takePublished(message: Message): void {
    this.onMessage(message);
    const expectation = this.expected.get(String(message.parent.msg_id));
    expectation?.onOutput?.(message);
    if (message.content.execution_state === "idle") expectation?.onIdle?.();
  }
}

const options = { linger: 0, reconnectInterval: 10 };

const executeDefaults = {
  silent: false,
  store_history: true,
  user_expressions: {},
  allow_stdin: false,
  stop_on_error: true,
};
