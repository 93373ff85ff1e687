/**
 * The checks of runtimed/kernel-testbed, a public comparison of Jupyter kernels, one test each
 * under its name there. Ours ask for more where theirs would be content with less.
 */
import { describe, expect, it } from "vitest";
import { execute, input, lastValue, printed, startKernel, typesOf } from "./kernels.ts";

const kernel = await startKernel("conformance");
const info = (await kernel.ready).content;

const html = 'import * as tslab from "tslab";\n';
const rich =
  '({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>x</b>", "text/plain": "x" }) })';

describe("tier 1: basic protocol", () => {
  it("heartbeat_responds", () => kernel.client.beat());

  it("kernel_info_reply_valid", () => {
    expect(info).toMatchObject({ status: "ok", implementation: "shootdown" });
  });

  it("kernel_info_has_language_info", () => {
    expect(info.language_info).toMatchObject({
      name: "typescript",
      file_extension: ".ts",
      mimetype: "text/typescript",
      version: expect.stringMatching(/^5\./),
    });
  });

  it("kernel_info_has_protocol_version", () => {
    expect(info.protocol_version).toBe("5.5");
  });

  it("execute_stdout", async () => {
    expect(printed(await execute(kernel, 'console.log("hello")'))).toBe("hello\n");
  });

  it("execute_stderr", async () => {
    expect(printed(await execute(kernel, 'console.error("error")'), "stderr")).toBe("error\n");
  });

  it("execute_reply_ok", async () => {
    const { content } = await execute(kernel, "const fine = 1");
    expect(content).toMatchObject({ status: "ok", user_expressions: {}, payload: [] });
  });

  it("status_busy_idle_lifecycle", async () => {
    expect(typesOf(await execute(kernel, "const quiet = 1"))).toBe("busy execute_input idle");
  });

  it("execute_input_broadcast", async () => {
    const { messages, content } = await execute(kernel, "2 + 2");
    expect(messages[1]?.header.msg_type).toBe("execute_input");
    expect(messages[1]?.content).toEqual({
      code: "2 + 2",
      execution_count: content.execution_count,
    });
  });
});

describe("tier 2: interactive features", () => {
  it("complete_request", async () => {
    await execute(kernel, "const someVariable = 1");
    const request = { code: "1 + someVar", cursor_pos: 11 };
    const { content } = await kernel.client.request("shell", "complete_request", request);
    expect(content).toMatchObject({ status: "ok", cursor_start: 4, cursor_end: 11 });
    expect(content.matches).toContain("someVariable");
  });

  it("inspect_request", async () => {
    await execute(kernel, "const inspected: number = 1");
    const request = { code: "inspected", cursor_pos: 5, detail_level: 0 };
    const { content } = await kernel.client.request("shell", "inspect_request", request);
    expect(content).toMatchObject({ status: "ok", found: true });
    expect(JSON.stringify(content.data)).toContain("const inspected: number");
  });

  it.each([
    ["is_complete_complete", "const a = 1", "complete"],
    ["is_complete_incomplete", "function f() {", "incomplete"],
    ["is_complete_invalid, which they do not ask for", "1 +* 2", "invalid"],
  ])("%s", async (_, code, status) => {
    const { content } = await kernel.client.request("shell", "is_complete_request", { code });
    expect(content).toMatchObject({ status });
  });

  it("history_request", async () => {
    await execute(kernel, "40 + 2");
    const request = { hist_access_type: "tail", n: 1, output: true, raw: true };
    const { content } = await kernel.client.request("shell", "history_request", request);
    expect(content).toEqual({
      status: "ok",
      history: [[1, expect.any(Number), ["40 + 2", "42"]]],
    });
  });

  it("comm_info_request", async () => {
    const { content, header } = await kernel.client.request("shell", "comm_info_request");
    expect(header.msg_type).toBe("comm_info_reply");
    expect(content).toEqual({ status: "ok", comms: {} });
  });

  it("error_handling", async () => {
    const ran = await execute(kernel, "const = ;");
    expect(ran.content).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(typesOf(ran)).toBe("busy execute_input error idle");
  });
});

describe("tier 3: rich output", () => {
  it("display_data", async () => {
    const ran = await execute(kernel, `${html}tslab.display.html("<b>1</b>");`);
    expect(typesOf(ran)).toBe("busy execute_input display_data idle");
    expect(ran.messages[2]?.content.data).toEqual({ "text/html": "<b>1</b>" });
  });

  it("update_display_data", async () => {
    const ran = await execute(kernel, 'const d = tslab.newDisplay();\nd.text("1"); d.text("2");');
    expect(typesOf(ran)).toBe("busy execute_input display_data update_display_data idle");
    const [first, second] = ran.messages.slice(2).map(({ content }) => content.transient);
    expect(first).toEqual({ display_id: expect.any(String) });
    expect(second).toEqual(first);
  });

  it("execute_result", async () => {
    expect(lastValue(await execute(kernel, "1 + 1"))).toBe("2");
  });

  it("rich_execute_result", async () => {
    const { messages } = await execute(kernel, rich);
    const result = messages.find(({ header }) => header.msg_type === "execute_result");
    expect(result?.content.data).toEqual({ "text/html": "<b>x</b>", "text/plain": "x" });
  });
});

describe("tier 4: advanced features", () => {
  it("stdin_input_request", async () => {
    kernel.client.onInput = (prompt) => (prompt === "name? " ? "Ada" : "nobody");
    const code = `const name = await ${input("name? ")};\nname`;
    expect(lastValue(await execute(kernel, code, { allow_stdin: true }))).toBe("Ada");
  });

  it("comms_lifecycle", async () => {
    const closed = new Promise((resolve) => {
      kernel.client.onMessage = ({ header, content }) => {
        if (header.msg_type === "comm_close") resolve(content.comm_id);
      };
    });
    kernel.client.send("shell", "comm_open", { comm_id: "c1", target_name: "no.such", data: {} });
    expect(await closed).toBe("c1");
  });

  it("interrupt_request", async () => {
    const { content } = await kernel.client.request("control", "interrupt_request");
    expect(content).toEqual({ status: "ok" });
  });

  it("execution_count_increments", async () => {
    const first = (await execute(kernel, "1")).content.execution_count as number;
    expect((await execute(kernel, "1")).content.execution_count).toBe(first + 1);
  });

  it("parent_header_correlation", async () => {
    const { reply, messages } = await execute(kernel, 'console.log("x"); 1');
    const parents = new Set([reply, ...messages].map(({ parent }) => parent.msg_id));
    expect(parents.size).toBe(1);
    expect(messages).toHaveLength(5);
  });

  it("shutdown_reply", async () => {
    const { content } = await kernel.client.request("control", "shutdown_request", {});
    expect(content).toEqual({ status: "ok", restart: false });
    expect((await kernel.ended).message).toBe("SD013: kernel process: ended with exit code 0");
  });
});
