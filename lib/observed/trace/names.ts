/** Names that occur again and again, as small numbers; how many are told apart is limited. */

/** Most different names of one table: a hostile file must not fill the memory with them. */
export const maxNames = 65_536;

/** What stands for every name beyond {@link maxNames}. */
export const otherName = "(other)";

/** Names by number, in the order of first use; number 0 is the empty name. */
export class NameTable {
  readonly #numbers = new Map<string, number>([["", 0]]);
  readonly #names: string[] = [""];
  readonly #limit: number;
  #refused = 0;

  constructor(limit: number = maxNames) {
    this.#limit = limit;
  }

  /** The number of a name, a new one for a new name while there is room. */
  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const full = this.#names.length >= this.#limit;
    if (full && name !== otherName) {
      this.#refused++;
      return this.#numbers.get(otherName) ?? this.number(otherName);
    }
    this.#numbers.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  /** The name of a number that this table gave. */
  name(number: number): string {
    return this.#names[number] ?? "";
  }

  /** All names by number. */
  list(): readonly string[] {
    return this.#names;
  }

  /** How often a name was not told apart for want of room. */
  get refused(): number {
    return this.#refused;
  }
}
