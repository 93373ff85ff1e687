import { beforeAll, expect, it } from "vitest";
import { abuse } from "./abuse.ts";
import { execute, lastValue, startKernel, type TestKernel } from "./kernels.ts";

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await startKernel("abuse");
  await execute(kernel, "let treasure = 42;");
});

it("10,000 forged, unsigned, replayed and malformed messages change nothing", async () => {
  await abuse(kernel, 10_000);
  expect(lastValue(await execute(kernel, "treasure"))).toBe("42");
});

it("32 MiB of output come cut, with a notice, and the kernel goes on", async () => {
  const line = "x".repeat(1023);
  const code = `for (let i = 0; i < 32 * 1024; i++) console.log("${line}");`;
  const { messages } = await execute(kernel, code);
  const texts = messages.filter(({ header }) => header.msg_type === "stream");
  const length = texts.reduce((sum, { content }) => sum + String(content.text).length, 0);
  expect(length).toBeGreaterThan(16 * 1024 * 1024);
  expect(length).toBeLessThan(16 * 1024 * 1024 + 200);
  expect(texts.at(-1)?.content).toEqual({ name: "stderr", text: "[16 Mi characters left out]\n" });
  expect(lastValue(await execute(kernel, "treasure"))).toBe("42");
});
