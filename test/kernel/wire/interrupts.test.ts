import { beforeAll, describe, expect, it } from "vitest";
import { execute, lastValue, startKernel, type TestKernel } from "./kernels.ts";

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await startKernel("wire-interrupts");
  await execute(kernel, "let treasure = 42;");
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What interrupts a kernel. */
const ways = {
  control: () => kernel.client.request("control", "interrupt_request"),
  shell: () => kernel.client.request("shell", "interrupt_request"),
  SIGINT: async () => process.kill(kernel.pid, "SIGINT"),
};

/** Runs code that never ends, interrupts it when it runs, and returns the time that took. */
async function interrupted(code: string, way: keyof typeof ways = "control") {
  let isRunning = (): void => undefined;
  const running = new Promise<void>((resolve) => {
    isRunning = resolve;
  });
  const executed = kernel.client.execute(`console.log("runs");\n${code}`, {}, ({ header }) => {
    if (header.msg_type === "stream") isRunning();
  });
  await running;
  await wait(200);
  const startedMs = performance.now();
  await ways[way]();
  const { content } = await executed;
  return { content, ms: Math.round(performance.now() - startedMs) };
}

const library = `import * as sd from "shootdown";
const linux = sd.linux({ release: "7.2", tableSync: sd.tableSync.broadcast() });
const scenario = sd.scenario.collapseVsGupFast();
const question = sd.question({ scenario, linux, cpus: 4, memoryModel: "weak" });
const bytes = sd.GiB(20);
const workload = sd.workload.collapse({ bytes, by: "madvise", threads: 1, siblings: "sleep" });
const machine = sd.machines.icelake64.withCpus(64);
const setting = { machine, linux, backend: sd.backend.native(), workload };
const seeds = Array.from({ length: 4_000 }, (_, index) => index);`;

describe("an interrupt", () => {
  it.each([
    ["a loop", "while (true) {}", "control"],
    ["a loop", "for (;;) {}", "shell"],
    ["a loop", "do {} while (true)", "SIGINT"],
    ["a loop of awaits", "for (;;) await new Promise((r) => setTimeout(r, 20))", "control"],
    ["a wait for nothing", "await new Promise(() => {})", "shell"],
    [
      "a loop after an await",
      "await new Promise((r) => setTimeout(r, 10)); while (1) {}",
      "SIGINT",
    ],
    ["a loop of microtasks", "for (;;) await null", "control"],
    ["a catastrophic expression", '/^(a+)+$/.test("a".repeat(40) + "b")', "control"],
    ["a loop that catches all", "while (true) { try { JSON.parse('x') } catch {} }", "control"],
  ] as const)("ends %s (%s, by %s), and keeps the variables", async (what, code, way) => {
    const { content, ms } = await interrupted(code, way);
    console.info(`${what} ended ${ms} ms after an interrupt by ${way}`);
    expect(content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(lastValue(await execute(kernel, "treasure"))).toBe("42");
  });

  it.each([
    ["an exploration", "await sd.check(question)"],
    ["simulations", "for (;;) sd.simulate({ ...setting, seed: 1, eager: true })"],
    [
      "a sweep",
      "await sd.sweep({ seed: seeds }, ({ seed }) => ({ ...setting, seed, eager: true }))",
    ],
  ])("ends %s", async (what, code) => {
    await execute(kernel, library);
    const { content, ms } = await interrupted(code);
    console.info(`${what} ended ${ms} ms after an interrupt`);
    expect(content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(lastValue(await execute(kernel, "treasure"))).toBe("42");
  });

  it("ends what waits as well", async () => {
    const running = execute(kernel, "while (true) {}");
    const waiting = execute(kernel, "treasure = 0;");
    await wait(100);
    await ways.control();
    expect((await running).content.status).toBe("error");
    expect((await waiting).content.status).toBe("aborted");
    expect(lastValue(await execute(kernel, "treasure"))).toBe("42");
  });

  it("hits no later cell", async () => {
    for (let round = 0; round < 10; round++) {
      const running = execute(kernel, "1");
      await ways.control();
      await running;
      expect((await execute(kernel, "await new Promise((r) => setTimeout(r, 5))")).content).toEqual(
        expect.objectContaining({ status: "ok" }),
      );
    }
  });

  it("takes the process where nothing else helps, and says so", async () => {
    const blocked = 'import { execSync } from "node:child_process"; execSync("sleep 4");';
    const { content, ms } = await interrupted(blocked);
    expect(content.evalue).toBe(
      "SD013: cell process: did not stop within 2 s of an interrupt and was ended",
    );
    expect(ms).toBeGreaterThan(1_900);
    expect(lastValue(await execute(kernel, "1 + 1"))).toBe("2");
  });
});
