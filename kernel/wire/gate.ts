/**
 * What of the messages on a socket is let in: whole ones, signed with the key, for the first time.
 * All others are dropped without an answer, counted, and now and then mentioned in the log.
 */
import { type Message, openEnvelope, readParts, type Signer } from "./message.ts";
import { Replays } from "./replays.ts";

/** Why a message was dropped. */
export type Flaw = "malformed" | "forged" | "replayed";

/** Checks the messages of one connection. */
export class MessageGate {
  /** Messages dropped so far. */
  readonly dropped: Record<Flaw, number> = { malformed: 0, forged: 0, replayed: 0 };
  private readonly signer: Signer;
  private readonly log: (text: string) => void;
  private readonly replays = new Replays();

  constructor(signer: Signer, log: (text: string) => void) {
    this.signer = signer;
    this.log = log;
  }

  /** The message in the frames, or undefined when it is not to be believed. */
  pass(frames: readonly Buffer[]): Message | undefined {
    const envelope = openEnvelope(frames);
    if (envelope === undefined) return this.drop("malformed");
    if (!this.signer.verifies(envelope.signature, envelope.parts)) return this.drop("forged");
    const message = readParts(envelope);
    if (message === undefined) return this.drop("malformed");
    const { signature } = envelope;
    const isKnown =
      this.signer.signs && this.replays.add(signature.toString(), message.header.date);
    return isKnown ? this.drop("replayed") : message;
  }

  /** The log grows with the logarithm of the flood. */
  private drop(flaw: Flaw): undefined {
    const count = ++this.dropped[flaw];
    if (Number.isInteger(Math.log2(count))) this.log(`${count} ${flaw} messages dropped`);
    return undefined;
  }
}
