/** The model on any queue that has `now`, `after(delay, payload)` and `pop()`. */
import {
  clusterNs,
  gapNs,
  gapValues,
  handlerNs,
  seedOf,
  seenNs,
  travelNs,
  walkNs,
  walkValues,
  workNs,
} from "./parameters.mjs";

const GAP_ENDS = 0;
const WALK_ENDS = 1;
const INTERRUPT = 2;
const HANDLED = 3;
const SEND = 4;
const ALL_SEEN = 5;
/** An event is its kind above 13 bits of CPU number. */
const KIND_SHIFT = 13;
const CPU_MASK = (1 << KIND_SHIFT) - 1;

/** Runs the model to `untilNs` and returns what happened: the same for every queue. */
export function runWalkers(queue, cpus, untilNs) {
  const random = Int32Array.from({ length: cpus }, (_, cpu) => seedOf(cpu));
  const travel = Int32Array.from({ length: cpus }, (_, cpu) => travelNs(cpu));
  const isWalking = new Uint8Array(cpus);
  const isPending = new Uint8Array(cpus);
  const stolenNs = new Int32Array(cpus);
  let [events, rounds, latencyNs, delayed, walks] = [0, 0, 0, 0, 0];
  let [sentAt, acknowledged, lastAck] = [0, 0, 0];

  for (let cpu = 1; cpu < cpus; cpu++) {
    queue.after(draw(random, cpu, 0, gapValues), (GAP_ENDS << KIND_SHIFT) | cpu);
  }
  queue.after(workNs, SEND << KIND_SHIFT);
  for (;;) {
    const event = queue.pop();
    const now = queue.now;
    if (now > untilNs) return { events, rounds, latencyNs, delayed, walks };
    events++;
    const cpu = event & CPU_MASK;
    switch (event >> KIND_SHIFT) {
      case 0: // GAP_ENDS
        if (stolenNs[cpu] > 0) {
          queue.after(stolenNs[cpu], event);
          stolenNs[cpu] = 0;
        } else {
          isWalking[cpu] = 1;
          queue.after(draw(random, cpu, walkNs, walkValues), (WALK_ENDS << KIND_SHIFT) | cpu);
        }
        break;
      case 1: {
        // WALK_ENDS
        isWalking[cpu] = 0;
        walks++;
        let gap = draw(random, cpu, gapNs, gapValues);
        if (isPending[cpu] === 1) {
          isPending[cpu] = 0;
          delayed++;
          queue.after(handlerNs, (HANDLED << KIND_SHIFT) | cpu);
          gap += handlerNs;
        }
        queue.after(gap, (GAP_ENDS << KIND_SHIFT) | cpu);
        break;
      }
      case 2: // INTERRUPT
        if (isWalking[cpu] === 1) isPending[cpu] = 1;
        else {
          stolenNs[cpu] = handlerNs;
          queue.after(handlerNs - seenNs, (HANDLED << KIND_SHIFT) | cpu);
        }
        break;
      case 3: // HANDLED
        lastAck = Math.max(lastAck, now + travel[cpu]);
        if (++acknowledged === cpus - 1) queue.after(lastAck - now, ALL_SEEN << KIND_SHIFT);
        break;
      case 4: // SEND
        sentAt = now;
        acknowledged = 0;
        for (let to = 1; to < cpus; to++) {
          const arrives = clusterNs * (to >> 4) + travel[to] + seenNs;
          queue.after(arrives, (INTERRUPT << KIND_SHIFT) | to);
        }
        break;
      default: // ALL_SEEN
        rounds++;
        latencyNs += now - sentAt;
        queue.after(workNs, SEND << KIND_SHIFT);
    }
  }
}

/** An even number of ns from `shortest` on, one of at most 1024 `values`. */
function draw(random, cpu, shortest, values) {
  let x = random[cpu];
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  random[cpu] = x;
  return shortest + 2 * (Math.imul(x >>> 10, values) >>> 22);
}
