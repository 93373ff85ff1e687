/** The kernel as front ends see it: it takes their requests, and answers whatever cells do. */
import type { ShootdownError } from "../../lib/base/messages.ts";
import type { CellEvent, CellReply } from "../exec/messages.ts";
import type { Cells } from "./cells.ts";
import { type ConnectionInfo, channels } from "./connection.ts";
import { Executions } from "./execution.ts";
import { MessageGate } from "./gate.ts";
import { History } from "./history.ts";
import { kernelInfo } from "./info.ts";
import { type Content, type Message, Sender, Signer } from "./message.ts";
import { Publisher } from "./publisher.ts";
import { Questions } from "./questions.ts";
import { type RequestChannel, Sockets } from "./sockets.ts";

/** What a kernel needs from the process it runs in. */
export interface KernelHost {
  /** Where cells run. */
  readonly cells: Cells;
  /** More of them, not started: for questions to the compiler while those are busy. */
  readonly second: () => Cells;
  log(text: string): void;
  /** The kernel has been shut down. */
  leave(): void;
}

/** A kernel on the sockets of one connection. */
export class Kernel {
  private readonly connection: ConnectionInfo;
  private readonly host: KernelHost;
  private readonly sockets: Sockets;
  private readonly gate: MessageGate;
  private readonly sender: Sender;
  private readonly publisher: Publisher;
  private readonly cells: Cells;
  private readonly executions: Executions;
  private readonly questions: Questions;
  private readonly history = new History();
  /** The request whose user is typing. */
  private asked: Message | undefined;
  private isLeaving = false;
  /** A process that dies before it is ready would die again: it is started when needed only. */
  private isReady = false;

  constructor(connection: ConnectionInfo, host: KernelHost) {
    this.connection = connection;
    this.host = host;
    const signer = new Signer(connection);
    const log = (text: string): void => host.log(text);
    this.gate = new MessageGate(signer, log);
    this.sender = new Sender(signer, "kernel");
    this.sockets = new Sockets({
      log,
      onMessage: (channel, frames) => this.receive(channel, frames),
      onSubscription: (topic) => this.welcome(topic),
    });
    const { iopub } = this.sockets;
    this.publisher = new Publisher((message) => iopub.put(this.sender.frames(message)));
    this.cells = host.cells;
    iopub.onPressure = (isFull) => this.cells.pause(isFull);
    this.executions = new Executions({
      cells: this.cells,
      publisher: this.publisher,
      history: this.history,
      reply: (request, content, metadata) => {
        this.reply("shell", request, content, metadata);
      },
    });
    this.questions = new Questions({
      cells: this.cells,
      isBusy: () => this.executions.isBusy,
      second: host.second,
    });
  }

  /** Listens, to cells and front ends. Throws SD011 when an address cannot be had. */
  async start(): Promise<void> {
    this.cells.start();
    this.cells.listen({
      onEvent: (event) => this.take(event),
      onDeath: (reason) => void this.bury(reason),
    });
    await this.sockets.open(this.connection);
    this.publisher.state("starting");
  }

  /** Ends the running cell. */
  interrupt(): void {
    this.executions.interrupt();
  }

  /** Ends the cell process and closes the sockets. */
  async close(): Promise<void> {
    this.isLeaving = true;
    await this.questions.close();
    await this.cells.close(this.executions.isBusy);
    await this.sockets.close();
  }

  private receive(channel: RequestChannel, frames: Buffer[]): void {
    const message = this.gate.pass(frames);
    if (message === undefined || this.isLeaving) return;
    const type = message.header.msg_type;
    if (channel === "stdin") this.takeInput(message);
    else if (channel === "shell" && type === "execute_request") this.execute(message);
    else this.serve(channel, message).catch((error) => this.host.log(`${type}: ${error}`));
  }

  private execute(request: Message): void {
    if (typeof request.content.code === "string") {
      this.executions.add(request);
      return;
    }
    this.publisher.state("busy", request.header);
    const evalue = "execute_request: code is no text";
    const error = { ename: "MalformedRequest", evalue, traceback: [evalue] };
    this.reply("shell", request, { status: "error", execution_count: 0, ...error });
    this.publisher.state("idle", request.header);
  }

  /** Everything but cells is answered at once, busy or not, on the channel where it was asked. */
  private async serve(channel: "shell" | "control", request: Message): Promise<void> {
    this.publisher.state("busy", request.header);
    const content = await this.answer(request);
    if (content !== undefined) this.reply(channel, request, content);
    if (request.header.msg_type === "shutdown_request") {
      this.publisher.publish("shutdown_reply", content ?? {}, request.header);
    }
    this.publisher.state("idle", request.header);
    if (request.header.msg_type === "shutdown_request") this.host.leave();
  }

  private answer({ header, content }: Message): Promise<Content> | Content | undefined {
    switch (header.msg_type) {
      case "kernel_info_request":
        return kernelInfo();
      case "complete_request":
        return this.questions.complete(content);
      case "inspect_request":
        return this.questions.inspect(content);
      case "is_complete_request":
        return this.questions.isComplete(content);
      case "history_request":
        return { status: "ok", history: this.history.find(content) };
      case "connect_request":
        return { status: "ok", ...this.ports() };
      case "comm_info_request":
        return { status: "ok", comms: {} };
      case "comm_open":
        // There is nothing to talk to: closing at once is how a kernel says so.
        this.publisher.publish("comm_close", { comm_id: content.comm_id, data: {} }, header);
        return undefined;
      case "interrupt_request":
        this.executions.interrupt();
        return { status: "ok" };
      case "shutdown_request":
        return { status: "ok", restart: content.restart === true };
      default:
        return undefined;
    }
  }

  private take(event: Exclude<CellEvent, CellReply>): void {
    switch (event.kind) {
      case "ready":
        this.isReady = true;
        break;
      case "done":
        this.isReady = true;
        this.asked = undefined;
        this.executions.done(event);
        break;
      case "declared":
        this.questions.declare(event.declarations);
        break;
      case "input_request":
        void this.ask(event.prompt, event.password);
        break;
      default:
        this.executions.output(event);
    }
  }

  /** The user of the front end that runs the cell is asked, and nobody else. */
  private async ask(prompt: string, password: boolean): Promise<void> {
    const request = this.executions.asking;
    const refuse = (reason: string): void => this.cells.send({ kind: "input_refused", reason });
    if (request?.content.allow_stdin !== true) {
      refuse(request === undefined ? "no cell is running" : "the front end takes no input");
      return;
    }
    this.asked = request;
    this.publisher.flush();
    const { idents, header: parent } = request;
    const content = { prompt, password };
    try {
      await this.sockets.ask(
        this.sender.frames({ idents, type: "input_request", content, parent }),
      );
    } catch {
      this.asked = undefined;
      refuse("the front end has no stdin channel");
    }
  }

  private takeInput({ header, content, idents }: Message): void {
    const from = this.asked?.idents;
    const isAnswer =
      from?.length === idents.length && from.every((id, at) => id.equals(idents[at]!));
    if (header.msg_type !== "input_reply" || !isAnswer) return;
    this.asked = undefined;
    this.cells.send({ kind: "input_reply", value: String(content.value ?? "") });
  }

  /** A new cell process takes the place of one that died, and front ends are told. */
  private async bury(reason: ShootdownError): Promise<void> {
    this.host.log(reason.message);
    const wasUsed = this.isReady || this.executions.isBusy;
    this.isReady = false;
    this.asked = undefined;
    await this.executions.died(reason);
    if (!wasUsed || this.isLeaving) return;
    this.publisher.state("restarting");
    this.cells.start();
    this.publisher.state("starting");
    this.publisher.state("idle");
  }

  /** A listener knows from the greeting that it misses nothing from now on. */
  private welcome(topic: Buffer): void {
    // Anyone who reaches the socket can subscribe, and all others would have to read a long topic.
    if (topic.length > longestTopic) return;
    const content = { subscription: topic.toString() };
    const type = "iopub_welcome";
    this.sockets.iopub.put(this.sender.frames({ idents: [topic], type, content, parent: {} }));
  }

  private reply(
    channel: "shell" | "control",
    { idents, header }: Message,
    content: Content,
    metadata: Content = {},
  ): void {
    const type = header.msg_type.replace(/_request$/, "_reply");
    const message = { idents, type, content, parent: header, metadata };
    this.sockets.replies[channel].put(this.sender.frames(message));
  }

  private ports(): Record<string, number> {
    return Object.fromEntries(
      channels.map((channel) => [`${channel}_port`, this.connection[`${channel}_port`]]),
    );
  }
}

/** Topics of front ends are empty, or the name of a message type. */
const longestTopic = 200;
