import { describe, expect, it } from "vitest";
import { Dealer, Subscriber } from "zeromq";
import {
  type ConnectionInfo,
  connectionFrom,
  endpoint,
  freePorts,
} from "../../../kernel/wire/connection.ts";
import { MessageGate } from "../../../kernel/wire/gate.ts";
import { type Content, Sender, Signer } from "../../../kernel/wire/message.ts";
import { execute, input, lastValue, printed, startKernel, typesOf } from "./kernels.ts";

const kernel = await startKernel("protocol");

const ask = (type: string, content: Content = {}): Promise<Content> => {
  return kernel.client.request("shell", type, content).then((reply) => reply.content);
};

const countOf = async (): Promise<number> => {
  return (await execute(kernel, "0")).content.execution_count as number;
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};

describe("an execution", () => {
  it("tells errors on iopub and in the reply alike", async () => {
    const ran = await execute(kernel, 'throw new RangeError("boom")');
    expect(typesOf(ran)).toBe("busy execute_input error idle");
    const { ename, evalue, traceback } = ran.content;
    expect({ ename, evalue }).toEqual({ ename: "RangeError", evalue: "boom" });
    expect(ran.messages[2]?.content).toEqual({ ename, evalue, traceback });
    expect((traceback as string[]).join("\n")).toContain(`Cell[${ran.content.execution_count}]:1`);
  });

  it("that is silent tells nothing but its states, and does not count", async () => {
    const before = await countOf();
    const ran = await execute(kernel, 'console.log("x"); 1', { silent: true });
    expect(typesOf(ran)).toBe("busy idle");
    expect(ran.content).toMatchObject({ status: "ok", execution_count: before });
    const failed = await execute(kernel, "throw new Error('e')", { silent: true });
    expect(typesOf(failed)).toBe("busy idle");
    expect(failed.content).toMatchObject({ status: "error", evalue: "e" });
    expect(await countOf()).toBe(before + 1);
  });

  it("that is not to be stored shows its outputs, but does not count", async () => {
    const before = await countOf();
    const ran = await execute(kernel, "7", { store_history: false });
    expect(lastValue(ran)).toBe("7");
    expect(await countOf()).toBe(before + 1);
    const { history } = await ask("history_request", { hist_access_type: "search", pattern: "7" });
    expect(history).toEqual([]);
  });

  it("evaluates the user's expressions, each for itself", async () => {
    const expressions = { a: "1 + 1", b: 'throw new Error("no")' };
    const { content } = await execute(kernel, "const u = 2", { user_expressions: expressions });
    expect(content.user_expressions).toMatchObject({
      a: { status: "ok", data: { "text/plain": "2" } },
      b: { status: "error" },
    });
  });

  it("without code is answered with an error", async () => {
    expect(await ask("execute_request", { code: 5 })).toMatchObject({
      status: "error",
      ename: "MalformedRequest",
    });
  });

  it("that fails ends those that wait, unless they need not care", async () => {
    const slow = 'await new Promise((resolve) => setTimeout(resolve, 50)); throw new Error("e")';
    const failing = execute(kernel, slow);
    const waiting = [execute(kernel, "1"), execute(kernel, "2")];
    expect((await failing).content.status).toBe("error");
    for (const ran of await Promise.all(waiting)) {
      expect(ran.content).toMatchObject({ status: "aborted" });
      expect(typesOf(ran)).toBe("busy idle");
    }
    const tolerant = execute(kernel, slow, { stop_on_error: false });
    const next = execute(kernel, "3");
    expect((await tolerant).content.status).toBe("error");
    expect(lastValue(await next)).toBe("3");
  });

  it("right after a failed one is not ended with it", async () => {
    await execute(kernel, 'throw new Error("e")');
    expect((await execute(kernel, "1")).content.status).toBe("ok");
  });

  it("keeps 20,000 lines whole and in order, in few messages", async () => {
    const ran = await execute(kernel, 'for (let i = 0; i < 20_000; i++) console.log("line", i)');
    expect(printed(ran)).toBe(Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(""));
    expect(ran.messages.length).toBeLessThan(100);
  });

  it("shows at once what is printed before a long computation", async () => {
    const code = `for (const step of [1, 2, 3]) console.log(step);
{ const end = Date.now() + 1_000; while (Date.now() < end) {} }`;
    const times: number[] = [];
    const startedMs = performance.now();
    await kernel.client.execute(code, {}, ({ header }) => {
      if (header.msg_type === "stream") times.push(performance.now() - startedMs);
    });
    expect(times.at(-1)).toBeLessThan(performance.now() - startedMs - 800);
  });

  it("puts text in its place between other outputs", async () => {
    const code = 'import { newDisplay } from "tslab";\nconst place = newDisplay();';
    await execute(kernel, code);
    const mixed = 'console.log("a"); place.text("b"); console.error("c"); console.log("d"); 5';
    const ran = await execute(kernel, mixed);
    const shown = "stream display_data stream stream execute_result";
    expect(typesOf(ran)).toBe(`busy execute_input ${shown} idle`);
  });

  it("gets what a timer prints after the end of its cell", async () => {
    const late = new Promise<string>((resolve) => {
      kernel.client.onMessage = ({ header, content }) => {
        if (header.msg_type === "stream") resolve(String(content.text));
      };
    });
    await execute(kernel, 'setTimeout(() => console.log("late"), 100);');
    expect(await late).toBe("late\n");
  });

  it("knows its input when nobody can be asked", async () => {
    const { content } = await execute(kernel, `await ${input("?")}`, { allow_stdin: false });
    expect(content).toMatchObject({ status: "error" });
  });
});

describe("other requests", () => {
  it("are answered while a cell runs, even one that never waits", { timeout: 90_000 }, async () => {
    const running = execute(kernel, "const fresh: number = 5;\nfor (;;);");
    await new Promise((resolve) => setTimeout(resolve, 200));
    await kernel.client.beat();
    expect(await ask("kernel_info_request")).toMatchObject({ status: "ok" });
    const complete = () => ask("complete_request", { code: "1 + fre", cursor_pos: 7 });
    const first = await timed(complete);
    // Beside other work, its start may take longer than anybody waits for an answer.
    await expect.poll(complete, { timeout: 60_000 }).toMatchObject({
      status: "ok",
      matches: ["fresh"],
      cursor_start: 4,
    });
    const next = await timed(complete);
    console.info(`completion beside a loop: ${first.toFixed(0)} ms, then ${next.toFixed(0)} ms`);
    expect(next).toBeLessThan(2_000);
    const inspected = await ask("inspect_request", { code: "fresh", cursor_pos: 1 });
    expect(JSON.stringify(inspected.data)).toContain("const fresh: number");
    expect(await ask("is_complete_request", { code: "f(" })).toMatchObject({
      status: "incomplete",
    });
    await kernel.client.request("control", "interrupt_request");
    expect((await running).content.ename).toBe("Interrupted");
  });

  it("tell the ports", async () => {
    const { shell_port, hb_port } = kernel.connection;
    expect(await ask("connect_request")).toMatchObject({ status: "ok", shell_port, hb_port });
  });

  it("that are unknown are no reason to stop", async () => {
    kernel.client.send("shell", "no_such_request", {});
    kernel.client.send("control", "debug_request", { command: "debugInfo" });
    kernel.client.send("shell", "comm_msg", { comm_id: "none", data: {} });
    kernel.client.send("stdin", "input_reply", { value: "nobody asked" });
    expect((await execute(kernel, "1")).content.status).toBe("ok");
  });
});

/** A front end of bare sockets. */
function bare(connection: ConnectionInfo, idents: readonly string[] = []) {
  const shell = new Dealer({ linger: 0 });
  const signer = new Signer(connection);
  const gate = new MessageGate(signer, () => undefined);
  shell.connect(endpoint(connection, "shell"));
  return {
    async ask(type: string, content: Content = {}) {
      const message = { idents: idents.map((id) => Buffer.from(id)), type, content, parent: {} };
      await shell.send(new Sender(signer, "bare").frames(message));
      return gate.pass(await shell.receive());
    },
    close: () => shell.close(),
  };
}

describe("a connection", () => {
  it("greets each new listener with the topic it listens to", async () => {
    const listener = new Subscriber({ linger: 0 });
    listener.subscribe("stream.");
    listener.subscribe("iopub_");
    listener.connect(endpoint(kernel.connection, "iopub"));
    const gate = new MessageGate(new Signer(kernel.connection), () => undefined);
    const greetings = [await listener.receive(), await listener.receive()];
    listener.close();
    expect(greetings.map((frames) => gate.pass(frames))).toMatchObject([
      { header: { msg_type: "iopub_welcome" }, content: { subscription: "stream." }, parent: {} },
      { header: { msg_type: "iopub_welcome" }, content: { subscription: "iopub_" }, parent: {} },
    ]);
  });

  it("needs no identity of its own, and carries those of routers back", async () => {
    const front = bare(kernel.connection, ["hop-1", "hop-2"]);
    const reply = await front.ask("kernel_info_request");
    front.close();
    expect(reply?.idents.map(String)).toEqual(["hop-1", "hop-2"]);
    expect(reply?.content.status).toBe("ok");
  });

  it("refuses input where the front end has no stdin socket", async () => {
    const front = bare(kernel.connection);
    const reply = await front.ask("execute_request", {
      code: `await ${input("?")}`,
      allow_stdin: true,
    });
    front.close();
    expect(reply?.content.status).toBe("error");
  });

  it("over TCP without a key works as well, for two front ends at once", async () => {
    const [hb_port, shell_port, control_port, iopub_port, stdin_port] = await freePorts(
      "127.0.0.1",
      5,
    );
    const ports = { hb_port, shell_port, control_port, iopub_port, stdin_port };
    const connection = connectionFrom({ ip: "127.0.0.1", key: "", ...ports });
    const open = await startKernel("open", async () => connection);
    const other = bare(connection);
    const both = [execute(open, "1 + 1"), other.ask("execute_request", { code: "2 + 2" })] as const;
    const [ran, reply] = await Promise.all(both);
    other.close();
    expect(lastValue(ran)).toBe("2");
    expect(reply?.content.status).toBe("ok");
    await open.close();
  });
});

describe("a shutdown", () => {
  it("is asked for on shell too, and told to everybody", async () => {
    const told = new Promise((resolve) => {
      kernel.client.onMessage = ({ header, content }) => {
        if (header.msg_type === "shutdown_reply") resolve(content);
      };
    });
    expect(await ask("shutdown_request", { restart: true })).toEqual({
      status: "ok",
      restart: true,
    });
    expect(await told).toEqual({ status: "ok", restart: true });
    expect((await kernel.ended).message).toContain("exit code 0");
  });
});
