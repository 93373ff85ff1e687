import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionFrom } from "../../../kernel/wire/connection.ts";
import { MessageGate } from "../../../kernel/wire/gate.ts";
import { Sender, Signer } from "../../../kernel/wire/message.ts";

const ports = { shell_port: 1, control_port: 2, iopub_port: 3, stdin_port: 4, hb_port: 5 };
const signerOf = (key: string): Signer => {
  return new Signer(connectionFrom({ ...ports, ip: "127.0.0.1", key }));
};

function frames(key: string, content: Record<string, unknown> = { code: "1" }): Buffer[] {
  const idents = [Buffer.from("router"), Buffer.from("peer")];
  const message = { idents, type: "execute_request", content, parent: {} };
  return new Sender(signerOf(key), "test").frames(message).map((frame) => Buffer.from(frame));
}

function gateOf(key: string): { gate: MessageGate; logged: string[] } {
  const logged: string[] = [];
  return { gate: new MessageGate(signerOf(key), (text) => logged.push(text)), logged };
}

describe("a message", () => {
  it("comes out as it went in, with every ident of its way", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (content, key) => {
        const plain = JSON.parse(JSON.stringify(content)) as Record<string, unknown>;
        const message = gateOf(key).gate.pass(frames(key, plain));
        expect(message?.content).toEqual(plain);
        expect(message?.idents.map(String)).toEqual(["router", "peer"]);
        expect(message?.header).toMatchObject({ msg_type: "execute_request", version: "5.5" });
      }),
      { seed: 51, numRuns: 200 },
    );
  });

  it("is signed over header, parent, metadata and content, in this order", () => {
    // Computed with Python: hmac.new(b"k", b"{}{}{}{}", "sha256").hexdigest()
    const known = "6f7c3dea506a2fb840fc9377d65462646f8e8df4acfafa710cf0c50bb2db8de2";
    expect(signerOf("k").sign(["{}", "{}", "{}", "{}"])).toBe(known);
  });

  it("needs no signature where the key is empty, and may come twice", () => {
    const { gate } = gateOf("");
    const message = frames("");
    expect(message[3]?.toString()).toBe("");
    expect(gate.pass(message)).toBeDefined();
    expect(gate.pass(message)).toBeDefined();
  });
});

describe("the gate drops", () => {
  it("whatever one changed bit of the signed frames or of the signature makes", () => {
    const sound = frames("secret");
    const { gate } = gateOf("secret");
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 7 }), fc.nat(), fc.nat(7), (frame, place, bit) => {
        const forged = sound.map((bytes) => Buffer.from(bytes));
        const bytes = forged[frame]!;
        const at = place % bytes.length;
        bytes[at] = bytes[at]! ^ (1 << bit);
        expect(gate.pass(forged)).toBeUndefined();
      }),
      { seed: 52, numRuns: 1_000 },
    );
    expect(gate.dropped).toEqual({ malformed: 0, forged: 1_000, replayed: 0 });
    expect(gate.pass(sound)).toBeDefined();
  });

  it("a message without signature, or with that of another key", () => {
    const { gate } = gateOf("secret");
    expect(gate.pass(frames(""))).toBeUndefined();
    expect(gate.pass(frames("other"))).toBeUndefined();
    expect(gate.dropped.forged).toBe(2);
  });

  it("a message that comes again", () => {
    const { gate } = gateOf("secret");
    const message = frames("secret");
    expect(gate.pass(message)).toBeDefined();
    expect(gate.pass(message)).toBeUndefined();
    expect(gate.dropped.replayed).toBe(1);
  });

  it("frames that are no message, however they are cut", () => {
    const { gate } = gateOf("");
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (bytes) => {
        expect(gate.pass(bytes.map((frame) => Buffer.from(frame)))).toBeUndefined();
      }),
      { seed: 53, numRuns: 500 },
    );
    const sound = frames("");
    for (let length = 0; length < sound.length; length++) {
      expect(gate.pass(sound.slice(0, length))).toBeUndefined();
    }
  });

  it.each(["", "{", "null", "[]", "1", '"x"', "{} {}"])("the part %j", (part) => {
    const { gate } = gateOf("");
    for (const place of [4, 5, 6, 7]) {
      const message = frames("");
      message[place] = Buffer.from(part);
      expect(gate.pass(message)).toBeUndefined();
    }
    expect(gate.dropped.malformed).toBe(4);
  });

  it("a header without type or number", () => {
    const { gate } = gateOf("");
    const message = frames("");
    message[4] = Buffer.from('{"msg_id": 1, "msg_type": "x"}');
    expect(gate.pass(message)).toBeUndefined();
  });

  it("10,000 of them with 14 lines in the log", () => {
    const { gate, logged } = gateOf("secret");
    const forged = frames("other");
    for (let count = 0; count < 10_000; count++) gate.pass(forged);
    expect(gate.dropped.forged).toBe(10_000);
    expect(logged).toHaveLength(14);
    expect(logged.at(-1)).toBe("8192 forged messages dropped");
  });
});
