import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type * as places from "../../../kernel/image/place.ts";
import { canUseImages } from "../../../kernel/image/place.ts";
import { built } from "../build.ts";
import { testFolder } from "../notebooks.ts";
import { execute, lastValue, startKernel, type TestKernel } from "../wire/kernels.ts";

let image: string;
let without: TestKernel;

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
};

/** What a cell can see of how its process was started. */
const surroundings = `
const seen = {
  names: Object.getOwnPropertyNames(globalThis).filter((name) => !/^tsLastExpr/.test(name)).sort(),
  arguments: process.execArgv,
  folder: process.cwd() === notebookDir,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  frames: new Error("x").stack!.split("\\n").length,
  hidden: Object.keys(globalThis).includes("shootdown.compilerImage"),
};
JSON.stringify(seen)`;

/** Functions with overloads, options, callbacks, classes and type parameters. */
const nodeExports = [
  ...["fs.readFile", "fs.createReadStream", "fs.promises.open", "http.request", "http2.connect"],
  ...["crypto.createHash", "crypto.subtle.digest", "stream.pipeline", "util.promisify"],
  ...["events.once", "net.createServer", "worker_threads.Worker", "child_process.execFile"],
  ...["inspector.Session", "zlib.gzip", "tls.connect", "dns.lookup", "url.URL", "vm.Script"],
  ...["perf_hooks.performance.timerify", "readline.createInterface", "test.mock.fn"],
] as const;

/** A cell in which each is assigned to what it is not: the errors say what each is. */
const wrongTypes = nodeExports
  .flatMap((name, index) => {
    const [module, ...path] = name.split(".");
    const value = [`m${index}`, ...path].join(".");
    return [`import * as m${index} from "node:${module}";`, `const e${index}: never = ${value};`];
  })
  .join("\n");

const startedFromImage = 'String(Symbol.for("shootdown.compilerImage") in globalThis)';

beforeAll(async () => {
  vi.stubEnv("SHOOTDOWN_IMAGE", undefined);
  vi.stubEnv("XDG_CACHE_HOME", testFolder("imageCache"));
  const { imageFile } = await built<typeof places>("kernel/image/place.ts");
  image = imageFile(testFolder("image")) ?? "";
  without = await startKernel("image");
});

afterAll(() => {
  vi.unstubAllEnvs();
});

async function answers(kernel: TestKernel, code: string): Promise<unknown> {
  return lastValue(await execute(kernel, code));
}

const reason = canUseImages ? "" : "this Node cannot start threads from an image";
if (reason !== "") console.info(`skipped: ${reason}`);

describe.skipIf(reason !== "")("an image", () => {
  it("is made after the first cell, for the user alone, and then kernels start from it", async () => {
    expect(fs.existsSync(image)).toBe(false);
    expect(await answers(without, startedFromImage)).toBe("false");
    await until(() => fs.existsSync(image));
    expect(fs.statSync(image).mode & 0o777).toBe(0o600);
    const kernel = await startKernel("image");
    expect(await answers(kernel, startedFromImage)).toBe("true");
  });

  it("changes nothing that a cell can see", async () => {
    const kernel = await startKernel("image");
    expect(await answers(kernel, surroundings)).toBe(await answers(without, surroundings));
    const other = await startKernel("image");
    const chance = await answers(kernel, "Math.random()");
    expect(await answers(other, "Math.random()")).not.toBe(chance);
  });

  it("has the comments of the library, though it was made without them", async () => {
    const kernel = await startKernel("image");
    for (const code of ["[1].map", "process.cwd"]) {
      const question = { code, cursor_pos: code.length - 1, detail_level: 0 };
      const ask = ({ client }: TestKernel) => client.request("shell", "inspect_request", question);
      const { data } = (await ask(kernel)).content;
      expect(data).toEqual((await ask(without)).content.data);
      expect(JSON.stringify(data)).toMatch(/array|directory/);
    }
  });

  it("says the same of the types of Node", async () => {
    const kernel = await startKernel("image");
    const errors = async (one: TestKernel) => {
      const { traceback } = (await execute(one, wrongTypes)).content;
      return (traceback as string[]).join("\n").match(/error TS2322: .*/g);
    };
    const found = await errors(kernel);
    expect(found).toHaveLength(nodeExports.length);
    expect(found).toEqual(await errors(without));
  });

  it("runs a thread, a process and packages", async () => {
    const kernel = await startKernel("image");
    await execute(kernel, 'import { Worker } from "node:worker_threads"');
    await execute(kernel, 'import { fork, execFileSync } from "node:child_process"');
    const thread = `await new Promise((resolve) => new Worker(
      'require("node:worker_threads").parentPort.postMessage(6 * 7)', { eval: true },
    ).on("message", resolve))`;
    expect(await answers(kernel, thread)).toBe("42");
    const process =
      'execFileSync(globalThis.process.execPath, ["-p", "6 * 7"], { encoding: "utf8" })';
    expect(await answers(kernel, process)).toBe("42\n");
  });

  it("that others can write is not used", async () => {
    fs.chmodSync(image, 0o666);
    const kernel = await startKernel("image");
    expect(await answers(kernel, startedFromImage)).toBe("false");
    fs.chmodSync(image, 0o600);
  });

  it("that is damaged goes, and the first cell runs all the same", async () => {
    fs.truncateSync(image, fs.statSync(image).size / 2);
    const kernel = await startKernel("image");
    expect(await answers(kernel, startedFromImage)).toBe("false");
    expect(fs.existsSync(image)).toBe(false);
  });
});

it("is not made where it is switched off", async () => {
  vi.stubEnv("SHOOTDOWN_IMAGE", "off");
  const { imageFile } = await built<typeof places>("kernel/image/place.ts");
  expect(imageFile(testFolder("image"))).toBeUndefined();
});
