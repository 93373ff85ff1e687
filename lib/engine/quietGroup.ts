/**
 * CPUs without a program (idle, or spinning in user space) that a broadcast reaches: nothing they
 * do depends on the interrupt, so a round over all of them is one addition, however many they are.
 * The per-CPU counts are exact; they are written out when the group changes or somebody asks.
 */

/** What one broadcast from one sender does to the group; times in ns after its start. */
export interface QuietRound {
  /** Latest acknowledgement, earliest arrival, and latest end of a handler. */
  readonly lastAck: number;
  readonly firstArrival: number;
  readonly lastEnd: number;
  /** When the interrupt of each CPU with a program leaves, and when the sender goes on. */
  readonly activeSent: ReadonlyMap<number, number>;
  readonly sent: number;
  /** Call latencies and how many CPUs have each. */
  readonly latencies: ReadonlyMap<number, number>;
  rounds: number;
}

/** What the members still have to be told: rounds, the ns of each member, latencies. */
export interface UncountedRounds {
  readonly rounds: number;
  readonly stolenNs: number;
  readonly latencies: ReadonlyMap<number, number>;
}

/** The group, its membership and its uncounted rounds. */
export class QuietGroup {
  /** CPUs with a program, ascending; everybody else is in the group. */
  active: readonly number[] = [];
  /** When the last handler of a member ends, ns. */
  busyUntil = 0;
  private rounds = 0;
  private stolenNs = 0;
  private readonly cache = new Map<string, QuietRound>();

  /** The cached round of a sender and handler, computed once per membership. */
  roundOf(sender: number, handler: number, compute: () => QuietRound): QuietRound {
    const key = `${sender} ${handler}`;
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const made = compute();
    this.cache.set(key, made);
    return made;
  }

  /** Counts one round over all members, each of which loses `handlerNs`. */
  count(round: QuietRound, handlerNs: number): void {
    round.rounds++;
    this.rounds++;
    this.stolenNs += handlerNs;
  }

  /** Takes out everything not yet counted. */
  take(): UncountedRounds {
    const latencies = new Map<number, number>();
    for (const round of this.cache.values()) {
      if (round.rounds === 0) continue;
      for (const [latency, cpus] of round.latencies) {
        latencies.set(latency, (latencies.get(latency) ?? 0) + cpus * round.rounds);
      }
      round.rounds = 0;
    }
    const taken = { rounds: this.rounds, stolenNs: this.stolenNs, latencies };
    this.rounds = 0;
    this.stolenNs = 0;
    return taken;
  }

  /** A new membership; call {@link take} first. */
  reset(active: readonly number[]): void {
    this.active = active;
    this.cache.clear();
  }
}
