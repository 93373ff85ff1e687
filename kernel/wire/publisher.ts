/** What all front ends see: states and outputs, in order, text in few pieces. */
import { StreamCollector } from "../exec/streams.ts";
import { PrintBudget, type Printed } from "./budget.ts";
import type { Content, Header, Outgoing } from "./message.ts";

/** What the kernel says of itself. */
export type KernelState = "starting" | "busy" | "idle" | "restarting";

/** The request that a message belongs to; empty where there is none. */
export type Parent = Header | Record<string, never>;

/** Publishes on iopub. */
export class Publisher {
  private readonly send: (message: Outgoing) => void;
  private readonly streams = new StreamCollector((name, text) => {
    this.put(`stream.${name}`, "stream", { name, text }, this.printing);
  });
  private printing: Parent = {};
  private budget = new PrintBudget();

  constructor(send: (message: Outgoing) => void) {
    this.send = send;
  }

  /** Tells a state. */
  state(state: KernelState, parent: Parent = {}): void {
    this.publish("status", { execution_state: state }, parent);
  }

  /** Sends a message behind all text that was printed before it. */
  publish(type: string, content: Content, parent: Parent): void {
    this.flush();
    this.put(type, type, content, parent);
  }

  /** Sends what was printed and still waits for more. */
  flush(): void {
    this.streams.flush();
  }

  /** Prints, within what the cell may print. */
  print({ name, text }: Printed, parent: Parent): void {
    for (const printed of this.budget.spend(name, text)) this.collect(printed, parent);
  }

  /** A cell starts: it has all of its budget. */
  startPrinting(): void {
    this.budget = new PrintBudget();
  }

  /** Says what the cell has printed in vain. */
  endPrinting(parent: Parent): void {
    for (const printed of this.budget.summary()) this.collect(printed, parent);
  }

  private collect({ name, text }: Printed, parent: Parent): void {
    if (parent !== this.printing) this.flush();
    this.printing = parent;
    this.streams.write(name, text);
  }

  private put(topic: string, type: string, content: Content, parent: Parent): void {
    this.send({ idents: [Buffer.from(topic)], type, content, parent });
  }
}
