/** Chromium without a screen, driven through its DevTools protocol over two pipes. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";

type Json = Readonly<Record<string, unknown>>;

/** True where there is no Chromium; says so. */
export function lacksBrowser(): boolean {
  const lacks = spawnSync("chromium", ["--version"]).status !== 0;
  if (lacks) console.info("skipped: chromium is not installed");
  return lacks;
}

/** One page of one browser. */
export class Page {
  private readonly browser: ChildProcess;
  private readonly waiting = new Map<number, (answer: Json) => void>();
  private session: string | undefined;
  private count = 0;

  /** Starts a browser that keeps its files in `folder`. */
  constructor(folder: string) {
    const args = [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--window-size=1000,1400",
      `--user-data-dir=${folder}`,
      "--remote-debugging-pipe",
    ];
    this.browser = spawn("chromium", args, {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    let text = "";
    (this.browser.stdio[4] as Readable).setEncoding("utf8").on("data", (part: string) => {
      const messages = (text + part).split("\0");
      text = messages.pop() ?? "";
      for (const message of messages) this.take(JSON.parse(message) as Json);
    });
  }

  /** Opens an address. */
  async open(url: string): Promise<void> {
    const { targetId } = await this.send("Target.createTarget", { url });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    this.session = String(sessionId);
  }

  /** The value of an expression in the page, which may be a promise of it. */
  async evaluate(expression: string): Promise<unknown> {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", options);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value?: unknown } | undefined)?.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string, seconds = 60): Promise<void> {
    const end = performance.now() + seconds * 1_000;
    while ((await this.evaluate(`Boolean(${expression})`)) !== true) {
      if (performance.now() > end) throw new Error(`still not true: ${expression}`);
      await setTimeout(100);
    }
  }

  /** The page as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(String(data), "base64");
  }

  /** Ends the browser. */
  async close(): Promise<void> {
    const left = new Promise((resolve) => this.browser.once("exit", resolve));
    this.session = undefined;
    await Promise.race([this.send("Browser.close", {}), left, setTimeout(5_000)]);
    this.browser.kill();
    await left;
  }

  private send(method: string, params: Json): Promise<Json> {
    this.count += 1;
    const id = this.count;
    const session = this.session === undefined ? {} : { sessionId: this.session };
    const text = JSON.stringify({ id, method, params, ...session });
    (this.browser.stdio[3] as Writable).write(`${text}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve((result ?? {}) as Json);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
    });
  }

  private take(message: Json): void {
    const id = Number(message.id);
    this.waiting.get(id)?.(message);
    this.waiting.delete(id);
  }
}
