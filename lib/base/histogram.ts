/**
 * Log-linear histograms: exact below 32, then 16 buckets for each doubling (as in HdrHistogram), so
 * that a bucket is at most 1/16 as wide as its smallest value.
 */
import { checkInteger, checkKeys, checkNumber, checkString } from "./check.ts";
import { invalid } from "./messages.ts";

const linear = 32; // values with a bucket of their own
const perOctave = 16;
const maxValue = Number.MAX_SAFE_INTEGER;
const bucketTotal = linear + (53 - 5) * perOctave;

/** A run of values `lo`…`hi`, both included, and how many were recorded. */
export interface HistogramBucket {
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
}

/** The plain-data form of a histogram, small when few buckets are used. */
export interface LogHistogramData {
  /** Smallest and largest recorded value; 0 when nothing was recorded. */
  readonly min: number;
  readonly max: number;
  /** Exact sum of the recorded values, decimal digits: it may exceed 2^53. */
  readonly sum: string;
  /** Smallest value and count of each used bucket, ascending. */
  readonly buckets: readonly (readonly [lo: number, count: number])[];
}

/**
 * A mergeable histogram of integers 0…2^53-1 (durations in ns, sizes in bytes). Count, sum, mean,
 * minimum and maximum are exact; a quantile is off by at most 1/32 of the value.
 */
export class LogHistogram {
  private readonly counts: Float64Array = new Float64Array(bucketTotal);
  private total = 0;
  private smallest: number = maxValue;
  private largest = 0;
  // The sum is sumHigh + sumLow: the fast float64 part is emptied before it would become inexact.
  private sumLow = 0;
  private sumHigh = 0n;

  /** Records `value` `count` times. Throws SD001 unless both are integers 0…2^53-1. */
  record(value: number, count = 1): void {
    const index = bucketIndex(value);
    if (index < 0) throw invalid("recorded value", value, `an integer 0…${maxValue}`);
    if (count !== 1 && checkInteger("count", count, 0, maxValue) === 0) return;
    this.counts[index]! += count;
    this.total += count;
    if (value < this.smallest) this.smallest = value;
    if (value > this.largest) this.largest = value;
    const sum = this.sumLow + value * count;
    if (sum <= maxValue) this.sumLow = sum;
    else this.addToSum(BigInt(value) * BigInt(count));
  }

  /** Number of recorded values. */
  get count(): number {
    return this.total;
  }

  /** Smallest recorded value, NaN when there is none. */
  get min(): number {
    return this.total === 0 ? NaN : this.smallest;
  }

  /** Largest recorded value, NaN when there is none. */
  get max(): number {
    return this.total === 0 ? NaN : this.largest;
  }

  /** Exact sum of the recorded values. */
  get sum(): bigint {
    return this.sumHigh + BigInt(this.sumLow);
  }

  /** Mean of the recorded values from their exact sum, NaN when there is none. */
  get mean(): number {
    return Number(this.sum) / this.total;
  }

  /**
   * The value of rank ceil(`q`·count) in ascending order (at least rank 1), `q` in 0…1; NaN when
   * nothing was recorded. Exact below 32 and at both ends, else the middle of its bucket: at most
   * 1/32 of the value away from it. Throws SD001 for another `q`.
   */
  quantile(q: number): number {
    const rank = Math.ceil(checkNumber("quantile", q, 0, 1) * this.total);
    if (rank <= 1) return this.min;
    if (rank >= this.total) return this.max;
    let index = 0;
    for (let below = this.counts[0]!; below < rank; below += this.counts[index]!) index++;
    const lo = bucketStart(index);
    const middle = lo + Math.floor((bucketStart(index + 1) - 1 - lo) / 2);
    return Math.min(Math.max(middle, this.smallest), this.largest);
  }

  /** Adds all that `other` has recorded: the result is that of recording both sequences in one. */
  merge(other: LogHistogram): this {
    for (let index = 0; index < bucketTotal; index++) this.counts[index]! += other.counts[index]!;
    this.total += other.total;
    this.smallest = Math.min(this.smallest, other.smallest);
    this.largest = Math.max(this.largest, other.largest);
    this.addToSum(other.sum);
    return this;
  }

  /** The buckets that hold something, ascending. */
  buckets(): HistogramBucket[] {
    const used: HistogramBucket[] = [];
    this.counts.forEach((count, index) => {
      if (count === 0) return;
      used.push({ lo: bucketStart(index), hi: bucketStart(index + 1) - 1, count });
    });
    return used;
  }

  /** The plain-data form, for JSON and worker messages. */
  toData(): LogHistogramData {
    return {
      min: this.total === 0 ? 0 : this.smallest,
      max: this.largest,
      sum: String(this.sum),
      buckets: this.buckets().map(({ lo, count }) => [lo, count] as const),
    };
  }

  /** The histogram of {@link toData}. Throws SD001, SD002 or SD003 for data that cannot be one. */
  static fromData(data: LogHistogramData): LogHistogram {
    checkKeys("histogram data", data, ["min", "max", "sum", "buckets"]);
    const histogram = new LogHistogram();
    histogram.restoreBuckets(data.buckets);
    histogram.restoreExact(data);
    return histogram;
  }

  private restoreBuckets(buckets: LogHistogramData["buckets"]): void {
    if (!Array.isArray(buckets)) throw invalid("buckets", buckets, "pairs of start and count");
    for (const [lo, count] of buckets) {
      const index = bucketIndex(lo);
      if (index < 0 || bucketStart(index) !== lo) throw invalid("bucket", lo, "a bucket's start");
      this.counts[index] = checkInteger("bucket count", count, 1, maxValue);
      this.total += count;
    }
  }

  private restoreExact({ min, max, sum }: LogHistogramData): void {
    const used = this.buckets();
    const lowest = used[0] ?? { lo: 0, hi: 0 };
    const highest = used[used.length - 1] ?? lowest;
    checkInteger("histogram min", min, lowest.lo, lowest.hi);
    checkInteger("histogram max", max, highest.lo, highest.hi);
    if (!/^\d+$/.test(checkString("histogram sum", sum))) {
      throw invalid("histogram sum", sum, "decimal digits");
    }
    this.sumHigh = BigInt(sum);
    const total = BigInt(this.total);
    if (this.sumHigh < total * BigInt(min) || this.sumHigh > total * BigInt(max)) {
      throw invalid("histogram sum", sum, `the sum of ${total} values ${min}…${max}`);
    }
    if (used.length > 0) this.smallest = min;
    this.largest = max;
  }

  private addToSum(more: bigint): void {
    this.sumHigh += BigInt(this.sumLow) + more;
    this.sumLow = 0;
  }
}

/** Bucket of a value, -1 when it is no integer 0…2^53-1. */
function bucketIndex(value: number): number {
  if (value >>> 0 === value) {
    if (value < linear) return value;
    const octave = 31 - Math.clz32(value);
    return (octave - 3) * perOctave + ((value >>> (octave - 4)) & 15);
  }
  if (!Number.isSafeInteger(value) || value < 0) return -1;
  // From 2^32 on the bits that matter are the upper ones: drop 21, and with them 21 octaves.
  return bucketIndex(Math.floor(value / 2097152)) + 21 * perOctave;
}

/** Smallest value of a bucket. */
function bucketStart(index: number): number {
  if (index < linear) return index;
  let start = perOctave + (index % perOctave);
  for (let octave = Math.floor(index / perOctave) - 1; octave > 0; octave--) start *= 2;
  return start;
}
