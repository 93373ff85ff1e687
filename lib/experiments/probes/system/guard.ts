/** Undoes a change of the system when this process ends, in whatever way. */
import { type ChildProcess, spawn } from "node:child_process";
import { refused } from "../../../base/messages.ts";

/**
 * A small shell that waits for the end of a pipe and then undoes. A signal, a crash or `kill -9`
 * close the pipe as well as {@link Guard.release} does.
 */
export class Guard {
  readonly #shell: ChildProcess;

  /** `script` sees `args` as `$1` and so on. Throws SD011 where no shell can be started. */
  constructor(script: string, args: readonly string[]) {
    this.#shell = spawn("sh", ["-c", `read -r _\n${script}`, "shootdown-guard", ...args], {
      // A group of its own: what interrupts this process from the keyboard must not end it.
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#shell.on("error", () => {});
    if (this.#shell.pid === undefined) {
      throw refused("guard", "sh", "no shell to undo changes of the system with");
    }
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref?: () => void }).unref?.();
  }

  /** Ends it without undoing anything: the change was never made. */
  cancel(): void {
    this.#shell.kill("SIGKILL");
  }

  /** Lets it undo what is not undone yet, and waits until it has, or for as long. */
  async release(patienceMs = 5000): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#shell.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      this.#shell.stdin?.end();
    });
  }
}
