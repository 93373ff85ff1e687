/**
 * Chooses a scale and its ticks. Vega would choose too, but labels at the ends of lines must be
 * placed before Vega runs, and Vega gives symlog scales no useful ticks.
 */
import { checkOneOf } from "../base/check.ts";

/** A scale a caller can ask for. */
export type ScaleName = "linear" | "log";

/**
 * A scale with fixed domain and ticks; `symlog` is logarithmic with a zero, `unit` wide around it.
 */
export interface AxisPlan {
  readonly type: "linear" | "log" | "symlog";
  readonly base: number;
  readonly unit: number;
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/** What to plan for; `zero` keeps zero in a linear domain, `pad` leaves room around the values. */
export interface AxisNeeds {
  readonly scale?: ScaleName | undefined;
  readonly zero?: boolean;
  readonly pad?: boolean;
}

/** From this ratio of largest to smallest value on, small values would vanish on a linear scale. */
const decadesRatio = 100;

/** Beyond it, powers of two are no round numbers any more: 65,536 is 65.54k. */
const largestPowerOfTwo = 8192;

/** Most ticks of an axis. */
const maxTicks = 9;

/**
 * The scale for the values: linear, or logarithmic when they span two decades or are powers of two;
 * with zeros or negative values among them, symlog.
 */
export function planAxis(values: readonly number[], needs: AxisNeeds = {}): AxisPlan {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const magnitudes = sorted.filter((value) => value !== 0).map(Math.abs);
  const smallest = magnitudes.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const scale = needs.scale ?? (spansDecades(sorted, smallest, largest) ? "log" : "linear");
  if (scale === "linear" || largest === 0) return linearPlan(sorted, needs);
  if ((sorted[0] ?? 0) <= 0) return symlogPlan(sorted, smallest, needs);
  return logPlan(sorted, needs);
}

/** Checks a scale option; undefined means: choose. Throws SD002. */
export function checkScale(field: string, value: unknown): ScaleName | undefined {
  return value === undefined ? undefined : checkOneOf<ScaleName>(field, value, ["linear", "log"]);
}

/** Where a value lies along the axis: 0 at the start of the domain, 1 at its end. */
export function fractionOf(plan: AxisPlan, value: number): number {
  const [low, high] = plan.domain;
  const start = warp(plan, low);
  return (warp(plan, value) - start) / (warp(plan, high) - start);
}

/** The value that lies at a fraction of the axis: the inverse of {@link fractionOf}. */
export function valueAt(plan: AxisPlan, fraction: number): number {
  const [low, high] = plan.domain;
  const start = warp(plan, low);
  return exact(unwarp(plan, start + fraction * (warp(plan, high) - start)));
}

/** The Vega-Lite `scale` of a plan. */
export function scaleSpec(plan: AxisPlan): Record<string, unknown> {
  const common = { type: plan.type, domain: plan.domain, nice: false };
  if (plan.type === "log") return { ...common, base: plan.base };
  if (plan.type === "symlog") return { ...common, constant: plan.unit };
  return { ...common, zero: false };
}

function spansDecades(sorted: readonly number[], smallest: number, largest: number): boolean {
  return largest / smallest >= decadesRatio || arePowersOfTwo(sorted);
}

function arePowersOfTwo(sorted: readonly number[]): boolean {
  return (
    sorted.length >= 3 && sorted.every((value) => value > 0 && Number.isInteger(Math.log2(value)))
  );
}

function linearPlan(sorted: readonly number[], needs: AxisNeeds): AxisPlan {
  let low = sorted[0] ?? 0;
  let high = sorted.at(-1) ?? 1;
  if (needs.zero !== false) {
    low = Math.min(0, low);
    high = Math.max(0, high);
  }
  if (low === high) high = low + Math.max(1, Math.abs(low));
  const step = niceStep((high - low) / 5);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => exact((first + i) * step));
  const room = needs.pad === true ? step * 0.15 : 0;
  const domain = [(ticks[0] ?? 0) - room, (ticks.at(-1) ?? 1) + room] as const;
  return { type: "linear", base: 10, unit: 1, domain, ticks };
}

function logPlan(sorted: readonly number[], needs: AxisNeeds): AxisPlan {
  const low = sorted[0] ?? 1;
  const high = sorted.at(-1) ?? 1;
  const base = arePowersOfTwo(sorted) && high <= largestPowerOfTwo ? 2 : 10;
  const room = needs.pad === true || low === high ? Math.max(1.15, (high / low) ** 0.04) : 1;
  const domain = [exact(low / room), exact(high * room)] as const;
  return { type: "log", base, unit: 1, domain, ticks: logTicks(base, domain[0], domain[1]) };
}

function symlogPlan(sorted: readonly number[], smallest: number, needs: AxisNeeds): AxisPlan {
  const unit = 10 ** Math.floor(Math.log10(smallest));
  const low = Math.min(0, sorted[0] ?? 0);
  const high = Math.max(0, sorted.at(-1) ?? 0);
  const bare: AxisPlan = { type: "symlog", base: 10, unit, domain: [low, high], ticks: [] };
  const room = needs.pad === true ? 0.04 : 0;
  const domain = [valueAt(bare, -room), valueAt(bare, 1 + room)] as const;
  const up = high > 0 ? logTicks(10, unit, high) : [];
  const down = low < 0 ? logTicks(10, unit, -low).map((tick) => -tick) : [];
  return { ...bare, domain, ticks: [...down.reverse(), 0, ...up] };
}

/** Powers of the base within the bounds, thinned evenly; 2 and 5 times them when there are few. */
function logTicks(base: number, low: number, high: number): number[] {
  const perUnit = Math.log(base);
  const first = Math.ceil(Math.log(low) / perUnit - 1e-9);
  const last = Math.floor(Math.log(high) / perUnit + 1e-9);
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  if (base === 10 && powers.length < 3) {
    return [first - 1, ...powers]
      .flatMap((power) => [1, 2, 5].map((digit) => exact(digit * 10 ** power)))
      .filter((tick) => tick >= low && tick <= high);
  }
  const every = Math.ceil(powers.length / maxTicks);
  return powers.filter((_, i) => i % every === 0).map((power) => exact(base ** power));
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  return digit * power;
}

/** Without the last binary digits, in which steps (0.1 + 0.2) and logarithms leave their traces. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

function warp(plan: AxisPlan, value: number): number {
  if (plan.type === "linear") return value;
  if (plan.type === "log") return Math.log(value);
  return Math.sign(value) * Math.log1p(Math.abs(value) / plan.unit);
}

function unwarp(plan: AxisPlan, warped: number): number {
  if (plan.type === "linear") return warped;
  if (plan.type === "log") return Math.exp(warped);
  return Math.sign(warped) * Math.expm1(Math.abs(warped)) * plan.unit;
}
