/** Jupyter messages as objects, and as the signed frames that travel. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { ConnectionInfo } from "./connection.ts";

/** Version of the messaging protocol that the kernel speaks. */
export const protocolVersion = "5.5";

/** Who sent a message, when, and of what kind it is. */
export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

/** Parts of a message whose shape depends on its kind. */
export type Content = Readonly<Record<string, unknown>>;

/** A message that was received. */
export interface Message {
  /** Where it came from: frames of every router on its way, to be sent back with a reply. */
  readonly idents: readonly Buffer[];
  readonly header: Header;
  /** Empty for what nobody asked for. */
  readonly parent: Header | Content;
  readonly metadata: Content;
  readonly content: Content;
}

/** A message to be sent. */
export interface Outgoing {
  readonly idents: readonly Uint8Array[];
  readonly type: string;
  readonly content: Content;
  readonly parent: Header | Content;
  readonly metadata?: Content;
}

/** Frames of a message, cut apart but not yet trusted. */
export interface Envelope {
  readonly idents: readonly Buffer[];
  readonly signature: Buffer;
  /** Header, parent header, metadata and content: what the signature covers. */
  readonly parts: readonly Buffer[];
}

const delimiter = Buffer.from("<IDS|MSG>");
const signedParts = 4;

/** Signs and checks the messages of one connection. */
export class Signer {
  private readonly key: string;
  private readonly hash: string;

  /** An empty key signs nothing and believes everything, as Jupyter has it. */
  constructor({ key, signature_scheme: scheme }: ConnectionInfo) {
    this.key = key;
    this.hash = scheme.replace(/^hmac-/, "");
  }

  /** Signatures mean something. */
  get signs(): boolean {
    return this.key !== "";
  }

  /** The signature in hex; empty without a key. */
  sign(parts: readonly (string | Uint8Array)[]): string {
    if (!this.signs) return "";
    const hmac = createHmac(this.hash, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** Compares in constant time: how much of a forged signature is right must not be measurable. */
  verifies(signature: Uint8Array, parts: readonly Uint8Array[]): boolean {
    if (!this.signs) return true;
    const expected = Buffer.from(this.sign(parts));
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
}

/** Makes headers of one session. */
export class Sender {
  private readonly signer: Signer;
  private readonly username: string;
  private readonly session: string = randomUUID();

  constructor(signer: Signer, username: string) {
    this.signer = signer;
    this.username = username;
  }

  /** The frames of a message, signed. */
  frames(outgoing: Outgoing, header: Header = this.header(outgoing.type)): Uint8Array[] {
    const { idents, parent, metadata = {}, content } = outgoing;
    const parts = [header, parent, metadata, content].map((part) => JSON.stringify(part));
    const frames = [delimiter, this.signer.sign(parts), ...parts];
    return [...idents, ...frames.map((frame) => Buffer.from(frame))];
  }

  /** A header that no other message has. */
  header(type: string): Header {
    return {
      msg_id: randomUUID(),
      session: this.session,
      username: this.username,
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    };
  }
}

/** Cuts frames apart; undefined when they are no message. */
export function openEnvelope(frames: readonly Buffer[]): Envelope | undefined {
  const at = frames.findIndex((frame) => frame.equals(delimiter));
  const signature = frames[at + 1];
  const parts = frames.slice(at + 2, at + 2 + signedParts);
  if (at < 0 || signature === undefined || parts.length < signedParts) return undefined;
  return { idents: frames.slice(0, at), signature, parts };
}

/** Reads the parts; undefined when they are not the objects they should be. */
export function readParts({ idents, parts }: Envelope): Message | undefined {
  let read: unknown[];
  try {
    read = parts.map((part) => JSON.parse(part.toString()) as unknown);
  } catch {
    return undefined;
  }
  if (!read.every(isObject)) return undefined;
  const [header, parent, metadata, content] = read as [Content, Content, Content, Content];
  const named = ["msg_id", "msg_type"].every((field) => typeof header[field] === "string");
  if (!named) return undefined;
  return { idents, header: header as unknown as Header, parent, metadata, content };
}

function isObject(value: unknown): value is Content {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
