/** Where what a probe measured comes from. */

/** The machine it was measured on. */
export interface MachineOrigin {
  readonly kernel: string;
  readonly cmdline: string;
  readonly cpuModel: string;
  readonly hypervisor: string;
  readonly thpMode: string;
  readonly cpus: number;
}

/** Where and how it was measured. */
export interface Provenance extends MachineOrigin {
  /** Its name among the cases of the lab. */
  readonly probe: string;
  /** Its parameters as the lab writes them. */
  readonly params: string;
  /** CPUs that other threads of the process spun or slept on. */
  readonly siblingCpus: readonly number[];
  /** Real-time priority, or normal. */
  readonly priority: "fifo" | "normal";
  /** What the model assumes of this machine. */
  readonly notes: readonly string[];
}

/** Where and how latencies were measured. */
export interface LatencyOrigin extends MachineOrigin {
  readonly threads: number;
  readonly siblings: "spin" | "sleep";
  readonly siblingCpus: readonly number[];
  readonly notes: readonly string[];
}
