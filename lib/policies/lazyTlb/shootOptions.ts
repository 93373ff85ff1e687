/** What can be done about the interrupts of shooting down borrowers. */

/**
 * Options of `shootLazies`: the strategies that the comment of `cleanup_lazy_tlbs()` names
 * against its interrupts, in its order. Only the first is in mainline.
 */
export interface ShootLaziesOptions {
  /**
   * Ride on the last flush of the user part (radix): it interrupts everybody in `mm_cpumask`
   * instead of a tlbie, and what is left for the final drop is the CPU that exits. Default true,
   * as merged; nothing to ride on with the hash MMU.
   */
  piggyback?: boolean;
  /** The last lazy reference, made in `exit_mm()`, goes to `init_mm` instead. Default false. */
  selfSwitchAtExit?: boolean;
  /** This many address spaces are shot in one round. Default 1. */
  batch?: number;
  /**
   * CPUs are asked without a lock what they borrow; others are not interrupted. Default false. A
   * CPU in exec changes `active_mm` before the root table and is missed (P-HW), unless the order is
   * the other one there; together with `trimMask`, one that clears its bit is (P-MM).
   */
  filterActiveMm?: boolean;
  /**
   * Once the last user has left, a CPU that switches away clears its bit. Default false. Breaks
   * (P-MM) where that is done with interrupts on, as exec gives its old address space back.
   */
  trimMask?: boolean;
  /**
   * An address space waits until the oldest of its round has waited so long (ns), and for the next
   * drop after that, so that more CPUs have switched away. Default 0.
   */
  delayNs?: number;
  /**
   * No interrupts: a root table is freed after every CPU that borrowed something has switched,
   * which a CPU that stays idle never does. Default false. Misses a CPU in exec as `filterActiveMm`
   * does.
   */
  lazyGracePeriod?: boolean;
  /** Whether the handler also leaves the root table. Default true; false is a mutant. */
  switchesRoot?: boolean;
  /** When the root table is freed. Default `shot`, after all; `unshot`, before, is a mutant. */
  freedWhen?: "shot" | "unshot";
}

/** {@link ShootLaziesOptions} with every default. */
export type CompleteShootLazies = Readonly<Required<ShootLaziesOptions>>;
