/** Caches as lscpu shows them: `12 MiB (192 instances)`, or `2048K` for one of them before 2.37. */

/** A kind of cache. */
export interface Cache {
  /** `L1d`, `L1i`, `L2`, `L3`. */
  readonly name: string;
  /** Bytes of all instances together, or of one where `instances` is undefined. */
  readonly bytes: number;
  readonly instances: number | undefined;
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: 1_048_576,
  G: 1_073_741_824,
};

/** The cache in a field `L2 cache`; none when the field is another one, or has another form. */
export function cacheOf(field: string, value: string): Cache[] {
  const name = /^(L\d[di]?) cache$/.exec(field)?.[1];
  const size = /^(\d{1,9}(?:[.,]\d{1,4})?) ?([KMG]?)(?:iB|B)?(?: \((\d{1,6}) instances?\))?$/.exec(
    value,
  );
  if (name === undefined || size === null) return [];
  const bytes = Math.round(Number(size[1]!.replace(",", ".")) * units[size[2]!]!);
  return [{ name, bytes, instances: size[3] === undefined ? undefined : Number(size[3]) }];
}
