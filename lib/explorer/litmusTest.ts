/** Litmus tests as data. */

/** A location by its name; `by`: its address is computed from that register. */
export interface LitmusPlace {
  readonly name: string;
  readonly by?: string;
}

/** A value that is stored: a number, a register, or a number that is computed from a register. */
export interface LitmusValue {
  readonly number?: number;
  readonly register?: string;
}

/** One statement of a thread. */
export type LitmusStatement =
  | {
      readonly kind: "load";
      readonly into: string;
      readonly at: LitmusPlace;
      readonly order: "once" | "acquire";
    }
  | {
      readonly kind: "store";
      readonly at: LitmusPlace;
      readonly value: LitmusValue;
      readonly order: "once" | "release";
    }
  | {
      readonly kind: "exchange";
      readonly into?: string;
      readonly at: LitmusPlace;
      readonly value: LitmusValue;
      readonly order: "relaxed" | "acquire" | "release" | "full";
    }
  | {
      readonly kind: "compareExchange";
      readonly into: string;
      readonly at: LitmusPlace;
      readonly expected: number;
      readonly value: LitmusValue;
      readonly order: "relaxed" | "acquire" | "release" | "full";
    }
  | { readonly kind: "fence"; readonly order: "full" | "read" | "write" }
  /** A branch on a register: what follows depends on it by control. */
  | { readonly kind: "control"; readonly on: string };

/** One part of a condition: a register of a thread, or a location, holds a value at the end. */
export interface LitmusClause {
  /** The thread whose register it is; undefined: a location. */
  readonly thread?: number;
  readonly name: string;
  readonly value: number;
}

/** A litmus test; every location starts with 0. */
export interface LitmusTest {
  readonly name: string;
  readonly threads: readonly (readonly LitmusStatement[])[];
  /** The outcome that is asked for: all of these at once. */
  readonly exists: readonly LitmusClause[];
}
