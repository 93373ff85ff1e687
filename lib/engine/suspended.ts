/**
 * What a CPU had at hand when something from outside took it: an NMI, or a hypervisor that runs
 * another vCPU. One entry a CPU.
 */
import { NOTHING, type Word } from "./word.ts";

/** The frame below, its timing and its interrupt state, put aside as they were. */
export class Suspended {
  declare readonly word: Word[];
  declare readonly level: Uint8Array;
  declare readonly irqOff: Uint8Array;
  declare readonly pendingIpi: Uint8Array;
  /** When it was put aside; ns until its next step and until the end of an interrupt's exit. */
  declare readonly since: Float64Array;
  declare readonly leftNs: Float64Array;
  declare readonly busyNs: Float64Array;
  /** Kinds of events that have come meanwhile, a bit each. */
  declare readonly held: Uint16Array;

  constructor(cpus: number) {
    this.word = new Array<Word>(cpus).fill(NOTHING);
    this.level = new Uint8Array(cpus);
    this.irqOff = new Uint8Array(cpus);
    this.pendingIpi = new Uint8Array(cpus);
    this.since = new Float64Array(cpus);
    this.leftNs = new Float64Array(cpus);
    this.busyNs = new Float64Array(cpus);
    this.held = new Uint16Array(cpus);
  }
}
