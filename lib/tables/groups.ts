/** Rows that have the same values in some columns. */

/** The group of each row, numbered in order of first appearance. */
export interface Groups {
  readonly of: readonly number[];
  readonly count: number;
}

/** Groups rows by columns of equal length; `rows` says how many there are. */
export function groupsOf(columns: readonly (readonly unknown[])[], rows: number): Groups {
  let groups: Groups = { of: new Array<number>(rows).fill(0), count: rows === 0 ? 0 : 1 };
  for (const column of columns) groups = split(groups, column);
  return groups;
}

/** Splits each group by the values of one more column. */
function split({ of }: Groups, column: readonly unknown[]): Groups {
  const values = new Map<unknown, number>();
  const numbers = new Map<number, number>();
  const split = of.map((group, row) => {
    const value = numberOf(values, comparable(column[row]));
    return numberOf(numbers, group * 0x1000000 + value);
  });
  return { of: split, count: numbers.size };
}

function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** Objects count by their text, together with null; everything else by itself. */
function comparable(value: unknown): unknown {
  return typeof value === "object" ? `object ${String(value)}` : value;
}
