/** Remembers signatures, so that a message recorded on its way is not believed a second time. */

interface Generation {
  readonly signatures: Set<string>;
  /** When the latest of its messages was sent, in ms since 1970, by the clock of its sender. */
  latestMs: number;
}

/**
 * Holds the latest signatures in two generations, so that memory stays bounded. Of those that are
 * forgotten it still knows how old they were: what was sent no later is taken for one of them.
 */
export class Replays {
  private readonly size: number;
  private now: Generation = { signatures: new Set(), latestMs: 0 };
  private before: Generation = { signatures: new Set(), latestMs: 0 };
  private forgottenMs = 0;

  /** `size` is that of a generation, in messages. */
  constructor(size = 65_536) {
    this.size = size;
  }

  /** Whether the message has been seen before; from now on it has. */
  add(signature: string, date: unknown): boolean {
    const sentMs = typeof date === "string" ? Date.parse(date) : Number.NaN;
    if (this.now.signatures.has(signature) || this.before.signatures.has(signature)) return true;
    if (sentMs <= this.forgottenMs) return true;
    this.now.signatures.add(signature);
    if (sentMs > this.now.latestMs) this.now.latestMs = sentMs;
    if (this.now.signatures.size >= this.size) this.forget();
    return false;
  }

  private forget(): void {
    this.forgottenMs = this.before.latestMs;
    this.before = this.now;
    this.now = { signatures: new Set(), latestMs: this.forgottenMs };
  }
}
