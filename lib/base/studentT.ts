/** Student's t distribution: how wide the interval of a mean of few samples is. */
import { checkInteger } from "./check.ts";

/** Quantiles at 0.975 for 1…30 degrees of freedom (any table of the distribution). */
const EXACT: readonly number[] = [
  12.706204736, 4.30265273, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252,
  2.306004135, 2.262157163, 2.228138852, 2.20098516, 2.17881283, 2.160368656, 2.144786688,
  2.131449546, 2.119905299, 2.109815578, 2.10092204, 2.093024054, 2.085963447, 2.079613845,
  2.073873068, 2.06865761, 2.063898562, 2.059538553, 2.055529439, 2.051830516, 2.048407142,
  2.045229642, 2.042272456,
];

/** The same quantile of the normal distribution. */
const NORMAL = 1.959963984540054;

/**
 * The 0.975 quantile for `degrees` ≥ 1 degrees of freedom, to 1e-6: half the width, in standard
 * errors, of a two-sided 95 % interval. Throws SD001 for other degrees.
 */
export function t975(degrees: number): number {
  checkInteger("degrees of freedom", degrees, 1, Infinity);
  if (degrees <= EXACT.length) return EXACT[degrees - 1]!;
  const z = NORMAL;
  const z2 = z * z;
  const n = degrees;
  // Cornish-Fisher expansion around the normal quantile (Abramowitz and Stegun 26.7.5).
  return (
    z +
    (z * (z2 + 1)) / (4 * n) +
    (z * ((5 * z2 + 16) * z2 + 3)) / (96 * n * n) +
    (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / (384 * n * n * n)
  );
}

/** Mean of samples, and half the width of its 95 % interval. */
export interface MeanInterval {
  readonly count: number;
  /** null without samples */
  readonly mean: number | null;
  /** null with fewer than two samples */
  readonly half: number | null;
}

/** The mean of `samples` and how well it is known, if they are independent and nearly normal. */
export function meanInterval(samples: readonly number[]): MeanInterval {
  const count = samples.length;
  if (count === 0) return { count, mean: null, half: null };
  const mean = samples.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean, half: null };
  const squares = samples.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const error = Math.sqrt(squares / (count - 1) / count);
  return { count, mean, half: t975(count - 1) * error };
}
