/** Messages on their way out of one socket, in order. */

/** Sends the frames of one message; rejects with code EAGAIN when nobody takes it in yet. */
export type SendFrames = (frames: Uint8Array[]) => Promise<void>;

/** Messages that wait for their turn. */
export class Outbox {
  /** Is told when too many messages wait, and when they no longer do. */
  onPressure: (isFull: boolean) => void = () => undefined;
  /** Is told when nobody has taken anything in for a long time; may make that better. */
  onStall: () => void = () => undefined;
  /** Leaves receivers time to read, where it cannot be seen whether they do. */
  isGentle = false;
  private readonly send: SendFrames;
  private readonly log: (text: string) => void;
  private waiting: Uint8Array[][] = [];
  private pumping: Promise<void> | undefined;
  private isFull = false;
  private lost = 0;

  constructor(send: SendFrames, log: (text: string) => void) {
    this.send = send;
    this.log = log;
  }

  /** Takes a message; never waits. */
  put(frames: Uint8Array[]): void {
    this.waiting.push(frames);
    if (this.waiting.length > fullAt) this.press(true);
    this.pumping ??= this.pump();
  }

  /** Resolves when all messages have left. */
  async drained(): Promise<void> {
    await this.pumping;
  }

  private async pump(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      for (const [index, frames] of batch.entries()) {
        await this.deliver(frames);
        if (this.isGentle && index % gentleBatch === 0) await pause(gentlePauseMs);
      }
    }
    this.pumping = undefined;
    this.press(false);
  }

  /** Waits for a slow receiver, so that it loses nothing; for one that is dead not for ever. */
  private async deliver(frames: Uint8Array[]): Promise<void> {
    const triedMs = performance.now();
    for (let hasStalled = false; ; ) {
      try {
        await this.send(frames);
        return;
      } catch (error) {
        const isBusy = (error as { code?: string }).code === "EAGAIN";
        if (!isBusy || hasStalled) {
          this.lose(error);
          return;
        }
        hasStalled = performance.now() - triedMs > stalledAfterMs;
        if (hasStalled) this.onStall();
        else await pause(retryMs);
      }
    }
  }

  private lose(error: unknown): void {
    this.lost += 1;
    if (Number.isInteger(Math.log2(this.lost))) this.log(`${this.lost} messages lost: ${error}`);
  }

  private press(isFull: boolean): void {
    if (isFull === this.isFull) return;
    this.isFull = isFull;
    this.onPressure(isFull);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const fullAt = 500;
const gentleBatch = 100;
const gentlePauseMs = 20;
const retryMs = 5;
const stalledAfterMs = 10_000;
