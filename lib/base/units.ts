/** Units: time is nanoseconds, size is bytes; the helpers return plain numbers. */

/** Nanoseconds. */
export function ns(value: number): number {
  return value;
}

/** Microseconds in nanoseconds. */
export function us(value: number): number {
  return value * 1_000;
}

/** Milliseconds in nanoseconds. */
export function ms(value: number): number {
  return value * 1_000_000;
}

/** Seconds in nanoseconds. */
export function seconds(value: number): number {
  return value * 1_000_000_000;
}

/** KiB in bytes. */
export function KiB(value: number): number {
  return value * 1024;
}

/** MiB in bytes. */
export function MiB(value: number): number {
  return value * 1024 * 1024;
}

/** GiB in bytes. */
export function GiB(value: number): number {
  return value * 1024 * 1024 * 1024;
}
