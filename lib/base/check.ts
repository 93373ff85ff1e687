/**
 * Argument checks shared by all factories. Each returns the checked value, typed, or throws a
 * {@link ShootdownError}: SD003 when the value is missing, else SD001 (a bad value) or SD002 (an
 * unknown name).
 */
import { invalid, missing, unknownName } from "./messages.ts";

/** Largest seed: every integer up to it is an exact float64. */
const maxSeed = Number.MAX_SAFE_INTEGER;

/**
 * The integer `value` within `min`…`max` (an infinite bound is open). -0 becomes 0.
 * Throws SD003 when it is undefined, SD001 when it is anything else.
 */
export function checkInteger(field: string, value: unknown, min: number, max: number): number {
  if (Number.isInteger(value)) {
    return checkRange(field, value as number, min, max, rangeText(min, max, "an integer"));
  }
  throw unacceptable(field, value, `an integer ${rangeText(min, max, "")}`.trim());
}

/**
 * The finite number `value` within `min`…`max` (an infinite bound is open). -0 becomes 0.
 * Throws SD003 when it is undefined, SD001 when it is anything else.
 */
export function checkNumber(field: string, value: unknown, min: number, max: number): number {
  if (Number.isFinite(value)) {
    return checkRange(field, value as number, min, max, rangeText(min, max, "a finite number"));
  }
  throw unacceptable(field, value, `a finite number ${rangeText(min, max, "")}`.trim());
}

/** `value` when it is one of `names`. Throws SD003 when undefined, SD002 with the nearest name. */
export function checkOneOf<Name extends string>(
  field: string,
  value: unknown,
  names: readonly Name[],
): Name {
  if (names.includes(value as Name)) return value as Name;
  if (value === undefined) throw missing(field, names.join(", "));
  throw unknownName(field, value, names);
}

/**
 * Accepts an options object whose own keys are all in `allowedKeys`; `what` names the factory.
 * Throws SD001 when `options` is no object, SD002 `unknown machine option: "cpu" (…)`.
 */
export function checkKeys(what: string, options: unknown, allowedKeys: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw unacceptable(`${what} options`, options, `an object with ${allowedKeys.join(", ")}`);
  }
  for (const key of Object.keys(options)) {
    if (!allowedKeys.includes(key)) throw unknownName(`${what} option`, key, allowedKeys);
  }
}

/** A seed of random streams: an integer 0…2^53-1. Throws SD003 or SD001. */
export function checkSeed(value: unknown): number {
  return checkInteger("seed", value, 0, maxSeed);
}

/** `value` when it is true or false. Throws SD003 or SD001. */
export function checkBoolean(field: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw unacceptable(field, value, "true or false");
}

/** `value` when it is a string, the empty one included. Throws SD003 or SD001. */
export function checkString(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw unacceptable(field, value, "a string");
}

function checkRange(
  field: string,
  value: number,
  min: number,
  max: number,
  expected: string,
): number {
  if (value < min || value > max) throw invalid(field, value, expected);
  return value + 0; // -0 + 0 is 0
}

function unacceptable(field: string, value: unknown, expected: string): Error {
  return value === undefined ? missing(field, expected) : invalid(field, value, expected);
}

function rangeText(min: number, max: number, unbounded: string): string {
  if (min > -Infinity && max < Infinity) return `${min}…${max}`;
  if (min > -Infinity) return `at least ${min}`;
  if (max < Infinity) return `at most ${max}`;
  return unbounded;
}
