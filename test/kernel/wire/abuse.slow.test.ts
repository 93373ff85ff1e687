import { beforeAll, expect, it } from "vitest";
import { Subscriber } from "zeromq";
import { endpoint } from "../../../kernel/wire/connection.ts";
import { abuse } from "./abuse.ts";
import { execute, lastValue, startKernel, type TestKernel } from "./kernels.ts";

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await startKernel("abuse-slow");
  await execute(kernel, "let treasure = 42;");
});

it("1,000,000 forged, unsigned, replayed and malformed messages change nothing", async () => {
  const startedMs = performance.now();
  await abuse(kernel, 1_000_000);
  const seconds = (performance.now() - startedMs) / 1_000;
  console.info(`1,000,000 messages dropped in ${seconds.toFixed(1)} s`);
  expect(lastValue(await execute(kernel, "treasure"))).toBe("42");
});

it("1 GiB of output comes cut, with a notice, and the kernel goes on", async () => {
  const startedMs = performance.now();
  const line = "x".repeat(1023);
  const code = `for (let i = 0; i < 1024 * 1024; i++) console.log("${line}");`;
  const { messages } = await execute(kernel, code);
  const texts = messages.filter(({ header }) => header.msg_type === "stream");
  const length = texts.reduce((sum, { content }) => sum + String(content.text).length, 0);
  expect(length).toBeLessThan(16 * 1024 * 1024 + 200);
  const notice = { name: "stderr", text: "[1008 Mi characters left out]\n" };
  expect(texts.at(-1)?.content).toEqual(notice);
  const seconds = (performance.now() - startedMs) / 1_000;
  console.info(`1 GiB printed in ${seconds.toFixed(1)} s`);
  expect(lastValue(await execute(kernel, "treasure"))).toBe("42");
});

it("a front end that listens but never reads costs the others nothing but time", async () => {
  const stuck = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
  stuck.subscribe("");
  stuck.connect(endpoint(kernel.connection, "iopub"));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const shown = '{ "text/plain": String(i).padEnd(1_000) }';
  const display = '(globalThis as any)[Symbol.for("shootdown.cell")].display';
  const code = `for (let i = 0; i < 30_000; i++) ${display}(${shown}, {});`;
  const { messages, content } = await execute(kernel, code);
  stuck.close();
  const texts = messages.flatMap(({ header, content: { data } }) => {
    const isShown = header.msg_type === "display_data";
    return isShown ? Number((data as Record<string, string>)["text/plain"]) : [];
  });
  expect(content.status).toBe("ok");
  expect(texts).toEqual(Array.from({ length: 30_000 }, (_, i) => i));
});
