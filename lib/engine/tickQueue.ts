/**
 * The events of one tick, smallest first. They come nearly in order, and those added while the tick
 * is handled belong at one of its two ends, so that a sorted list is as good as a heap.
 */
export class TickQueue {
  private readonly events: number[] = [];
  /** Place of the smallest event; those before it are done. */
  private head = 0;

  get isEmpty(): boolean {
    return this.head === this.events.length;
  }

  add(event: number): void {
    const { events, head } = this;
    if (head > 0 && (this.isEmpty || event <= events[head]!)) {
      this.head = head - 1;
      events[head - 1] = event;
      return;
    }
    let place = events.length;
    events.push(event);
    for (; place > head && events[place - 1]! > event; place--) events[place] = events[place - 1]!;
    events[place] = event;
  }

  /** Removes the smallest event; the queue must not be empty. */
  take(): number {
    const event = this.events[this.head++]!;
    if (this.isEmpty) {
      this.events.length = 0;
      this.head = 0;
    }
    return event;
  }
}
