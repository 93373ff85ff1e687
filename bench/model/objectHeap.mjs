/** The queue one writes first: a binary heap of objects, ordered by time, then by number. */
export class ObjectHeap {
  now = 0;
  #heap = [];
  #pushed = 0;

  after(delay, payload) {
    const heap = this.#heap;
    const event = { time: this.now + delay, number: this.#pushed++, payload };
    let hole = heap.length;
    heap.push(event);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (heap[parent].time <= event.time) break;
      heap[hole] = heap[parent];
      hole = parent;
    }
    heap[hole] = event;
  }

  pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0) this.#sink(last);
    this.now = first.time;
    return first.payload;
  }

  #sink(event) {
    const heap = this.#heap;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (isBefore(event, heap[child])) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = event;
  }
}

function isBefore(left, right) {
  return left.time < right.time || (left.time === right.time && left.number < right.number);
}
