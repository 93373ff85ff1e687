/**
 * The instruction set: every kernel path, policy and workload is a {@link Program} made of these
 * steps. A program is plain frozen data, so that one object can be timed by the engine, explored
 * over all interleavings, printed, mutated, hashed and posted to a worker.
 *
 * Registers are named and hold integers. `self` is this CPU. Mask registers are a namespace of
 * their own; `online` names all online CPUs and cannot be changed.
 */

/** A register name, or a literal integer. */
export type Operand = string | number;

/** Where a variable lives: one a CPU, one an mm, one a page table, or one in all. */
export type Scope = "cpu" | "mm" | "table" | "global";

/**
 * A memory location: a declared variable, and the CPU, mm or table it belongs to. Without `of`: the
 * one of this CPU, or the only one of a global variable.
 */
export interface Place {
  readonly variable: string;
  readonly of?: Operand;
}

/** Strength of a plain access. */
export type AccessOrder = "once" | "acquire" | "release";

/** Strength of an atomic read-modify-write. */
export type AtomicOrder = "relaxed" | "acquire" | "release" | "full";

/** What a fence orders. `compiler` orders nothing between CPUs. */
export type FenceOrder = "full" | "read" | "write" | "compiler";

/** How two integers are compared. */
export type Relation = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** A comparison of two integers. */
export interface Condition {
  readonly left: Operand;
  readonly is: Relation;
  readonly right: Operand;
}

/** Integer arithmetic; `/` rounds down, `%` has the sign of its left side. */
export type Arithmetic = "+" | "-" | "*" | "/" | "%" | "min" | "max";

/** How long a pause lasts, in ns. Exponential and uniform draw from the CPU's own random stream. */
export type Duration =
  | { readonly kind: "fixed"; readonly ns: number }
  | { readonly kind: "uniform"; readonly fromNs: number; readonly toNs: number }
  | { readonly kind: "exponential"; readonly meanNs: number };

/** Names and remarks that any step may carry. */
interface Named {
  /** Unique within its program; `without(name)` and schedules refer to it. */
  readonly name?: string;
}

/** Registers: set, compute, read the clock, choose at random. */
export type RegisterStep = Named &
  (
    | { readonly kind: "set"; readonly into: string; readonly to: Operand }
    | {
        readonly kind: "compute";
        readonly into: string;
        readonly left: Operand;
        readonly op: Arithmetic;
        readonly right: Operand;
      }
    | { readonly kind: "clock"; readonly into: string; readonly unit: "ns" | "jiffies" }
    | { readonly kind: "pick"; readonly into: string; readonly below: Operand }
  );

/** Memory: loads, stores, atomics, fences, bits of CPU masks kept in memory. */
export type MemoryStep = Named &
  (
    | {
        readonly kind: "load";
        readonly into: string;
        readonly from: Place;
        readonly order: AccessOrder;
      }
    | {
        readonly kind: "store";
        readonly to: Place;
        readonly value: Operand;
        readonly order: AccessOrder;
      }
    | {
        readonly kind: "atomic";
        readonly op: "exchange" | "add" | "compareExchange";
        readonly at: Place;
        readonly value: Operand;
        readonly expected?: Operand;
        /** Receives the old value (exchange, compareExchange) or the new one (add). */
        readonly into?: string;
        readonly order: AtomicOrder;
      }
    | { readonly kind: "loadMask"; readonly into: string; readonly from: Place }
    | {
        readonly kind: "maskBit";
        readonly op: "set" | "clear";
        readonly at: Place;
        readonly cpu: Operand;
        readonly order: AtomicOrder;
      }
    | {
        readonly kind: "testBit";
        readonly into: string;
        readonly from: Place;
        readonly cpu: Operand;
      }
    | { readonly kind: "fence"; readonly order: FenceOrder }
  );

/** Mask registers. */
export type MaskStep = Named &
  (
    | { readonly kind: "emptyMask"; readonly mask: string }
    | { readonly kind: "copyMask"; readonly into: string; readonly from: string }
    | { readonly kind: "addCpu"; readonly mask: string; readonly cpu: Operand }
    | { readonly kind: "removeCpu"; readonly mask: string; readonly cpu: Operand }
    | { readonly kind: "removeMask"; readonly mask: string; readonly from: string }
    | { readonly kind: "countMask"; readonly into: string; readonly mask: string }
  );

/** Order of execution. A section is a named block; `leave` goes to the end of an enclosing one. */
export type ControlStep = Named &
  (
    | {
        readonly kind: "if";
        readonly condition: Condition;
        readonly body: readonly Step[];
        readonly otherwise?: readonly Step[];
      }
    | { readonly kind: "while"; readonly condition: Condition; readonly body: readonly Step[] }
    | {
        readonly kind: "forEachCpu";
        readonly into: string;
        readonly mask: string;
        readonly body: readonly Step[];
      }
    | { readonly kind: "section"; readonly label: string; readonly body: readonly Step[] }
    | { readonly kind: "leave"; readonly section: string }
    | {
        /** A kernel path by its name; it becomes a section when the program is put into a path. */
        readonly kind: "callPath";
        readonly path: string;
        readonly args: Readonly<Record<string, Operand>>;
      }
  );

/** Interrupt masking, cross calls, RCU, locks, scheduling. */
export type SynchronisationStep = Named &
  (
    | { readonly kind: "irqOff" }
    | { readonly kind: "irqOn" }
    | {
        /** Queue `handler` on every CPU of the mask and interrupt those that need it. */
        readonly kind: "crossCall";
        readonly mask: string;
        readonly handler: Program;
        /** Values of the handler's parameters, taken when the call is queued. */
        readonly args: Readonly<Record<string, Operand>>;
      }
    | { readonly kind: "awaitCalls" }
    | { readonly kind: "rcuLock" }
    | { readonly kind: "rcuUnlock" }
    | { readonly kind: "gracePeriod" }
    | { readonly kind: "lock"; readonly lock: Place }
    | { readonly kind: "unlock"; readonly lock: Place }
    | { readonly kind: "wake"; readonly cpu: Operand }
    | { readonly kind: "sleep" }
    | { readonly kind: "runUser" }
    | { readonly kind: "awaitSleep"; readonly cpu: Operand }
  );

/** Translation caches, local and remote. */
export type TranslationStep = Named &
  (
    | { readonly kind: "flushLocal"; readonly pages: Operand }
    | {
        readonly kind: "flushBroadcast";
        readonly instruction: "INVLPGB" | "TLBI" | "tlbie";
        readonly pages: Operand;
        /** Entries that map pages only: what was cached of the tables above them stays. */
        readonly leafOnly?: true;
        /** Translations under the global ASID only: those of other ASIDs stay. */
        readonly globalAsid?: true;
      }
    | { readonly kind: "flushComplete"; readonly instruction: "TLBSYNC" | "DSB" | "ptesync" }
    | {
        /**
         * Every CPU of the mask, this one too if it is in it, has lost the translations when the
         * step is over; none runs a handler. A hypervisor does it, or microcode (Intel RAR).
         */
        readonly kind: "flushCpus";
        readonly by: "hypercall" | "RAR";
        /** What is asked for, in the words of the interface. */
        readonly service: string;
        readonly mask: string;
        readonly pages: Operand;
      }
    | { readonly kind: "hypercall"; readonly service: string }
  );

/** Time that passes unseen by other CPUs. `cost` is a key of the machine's cost table. */
export type TimeStep = Named &
  (
    | { readonly kind: "work"; readonly cost: string; readonly times?: Operand }
    | { readonly kind: "pause"; readonly duration: Duration }
  );

/** What a load of the root table does to the translations of its address space. */
export type RootLoad = "flushed" | "kept" | "global";

/** A page is given to somebody else; it is written out as it is. */
export type PageEvent = "freePage" | "writePage";

/**
 * What happens to a page table or a translation, for the safety properties: the engine passes over
 * these, the explorer judges them.
 */
export type GhostStep = Named &
  (
    | { readonly kind: "ghost"; readonly what: "walk" | "use"; readonly table: Operand }
    | {
        readonly kind: "ghost";
        readonly what: "detach" | "free" | "reuse" | "exclusive" | "revoke" | PageEvent;
        readonly table: Operand;
      }
    | { readonly kind: "ghost"; readonly what: "translate" | "access"; readonly table: Operand }
    | {
        /** From now on the hardware of this CPU walks from the root table of an address space. */
        readonly kind: "ghost";
        readonly what: "loadRoot";
        readonly table: Operand;
        /**
         * What it holds of that address space from earlier: gone, or kept under the ASID that is
         * loaded. `global`: kept, under the ASID that all CPUs have in common for it.
         */
        readonly translations: RootLoad;
      }
    | {
        /** The root table of an address space, whose number stands for it, is freed. */
        readonly kind: "ghost";
        readonly what: "freeRoot";
        readonly table: Operand;
      }
  );

/** What is counted, measured and traced. Costs nothing. */
export type ObservationStep = Named &
  (
    | { readonly kind: "countRow"; readonly row: string }
    | { readonly kind: "tally"; readonly what: string; readonly by?: Operand }
    | { readonly kind: "begin"; readonly what: string }
    | { readonly kind: "end"; readonly what: string }
    | {
        readonly kind: "trace";
        readonly event: string;
        readonly detail: string;
        readonly pages?: Operand;
      }
  );

/** One step of a kernel path. */
export type Step =
  | RegisterStep
  | MemoryStep
  | MaskStep
  | ControlStep
  | SynchronisationStep
  | TranslationStep
  | TimeStep
  | GhostStep
  | ObservationStep;

/** A kernel path: a named, frozen list of steps with the registers its caller fills. */
export interface Program {
  readonly kind: "program";
  readonly name: string;
  readonly params: readonly string[];
  /** Where the rule comes from: kernel file and function, message, or measured run. */
  readonly source: string;
  readonly steps: readonly Step[];
}

/** A declared variable: what it is called, where it lives, what it holds at boot. */
export interface Variable {
  readonly name: string;
  readonly scope: Scope;
  /** A number, or a mask of CPUs that starts empty. */
  readonly holds: "number" | "mask";
  readonly initial: number;
  readonly meaning: string;
}
