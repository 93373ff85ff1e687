/** Workloads as values: what the CPUs do. */
import { impossible } from "../base/messages.ts";
import { deepFreeze, Value } from "../base/value.ts";

/** Values that the options of a workload may hold. */
export type WorkloadOption = string | number | boolean | readonly WorkloadData[];

/** Plain data of a workload. */
export interface WorkloadData {
  readonly kind: "workload";
  readonly type: string;
  readonly options: Readonly<Record<string, WorkloadOption>>;
}

/** A workload. Build it with the functions of `sd.workload`. */
export class Workload extends Value implements WorkloadData {
  readonly kind = "workload";
  readonly type: string;
  readonly options: Readonly<Record<string, WorkloadOption>>;

  constructor(type: string, options: Readonly<Record<string, WorkloadOption>>) {
    super();
    this.type = type;
    this.options = deepFreeze({ ...options });
    Object.freeze(this);
  }

  /** A numeric option. */
  number(name: string): number {
    return this.options[name] as number;
  }

  /** A textual option. */
  text(name: string): string {
    return this.options[name] as string;
  }

  /** A yes-or-no option. */
  flag(name: string): boolean {
    return this.options[name] === true;
  }

  describe(): string[] {
    const parts = this.options.parts;
    if (Array.isArray(parts)) {
      return [`workload ${this.type}`, ...parts.map((part) => `  ${summarise(part)}`)];
    }
    return [`workload ${summarise(this)}`];
  }
}

function summarise(workload: WorkloadData): string {
  const options = Object.entries(workload.options).map(([key, value]) => `${key}: ${value}`);
  return `${workload.type}({ ${options.join(", ")} })`;
}

/** The error for a range that is not made of whole huge pages. */
export function notWholeTables(bytes: number): Error {
  return impossible("bytes", bytes, "a collapse needs whole 2 MiB tables (a multiple of 2097152)");
}
