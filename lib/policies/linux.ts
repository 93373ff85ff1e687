/** The operating system of a run: a release and its policies. */
import { checkBoolean, checkKeys, checkOneOf } from "../base/check.ts";
import { invalid, unknownName } from "../base/messages.ts";
import { Value } from "../base/value.ts";
import type { PolicyGroup, PolicyHooks } from "../mm/hookPoints.ts";
import { RELEASE_NAMES, releaseFeatures } from "../mm/release.ts";
import { mainline } from "./lazyTlb/mainline.ts";
import { Policy } from "./policy.ts";
import { broadcast } from "./tableSync/broadcast.ts";
import { batched } from "./unmapFlush/batched.ts";

/** Options of {@link linux}. */
export interface LinuxOptions {
  /** One of 6.1, 6.12, 6.18, 7.2 and 7.3. Default 7.2. */
  release?: string;
  /** How table removal waits for lockless walkers. Default: the broadcast of mainline. */
  tableSync?: Policy;
  /**
   * How borrowed address spaces are kept alive. Default: as the release does on the architecture of
   * the machine: references, on powerpc since 6.4 shooting down.
   */
  lazyTlb?: Policy;
  /** When translations of unmapped pages are flushed. Default: batched, as in mainline. */
  unmapFlush?: Policy;
  /**
   * CONFIG_PREEMPT_RT: remote wake-ups are reschedule interrupts, and Debian's kernels have no
   * transparent huge pages. Default false.
   */
  preemptRt?: boolean;
}

/** One policy with a changed step, as {@link Linux.mutants} returns it. */
export interface LinuxMutant {
  readonly step: string;
  readonly change: string;
  readonly linux: Linux;
}

/** A release of Linux with its policies. Build it with {@link linux}. */
export class Linux extends Value {
  readonly kind = "linux";
  readonly release: string;
  readonly preemptRt: boolean;
  readonly tableSync: Policy;
  readonly lazyTlb: Policy;
  readonly unmapFlush: Policy;

  constructor(options: Required<LinuxOptions>) {
    super();
    this.release = options.release;
    this.preemptRt = options.preemptRt;
    this.tableSync = options.tableSync;
    this.lazyTlb = options.lazyTlb;
    this.unmapFlush = options.unmapFlush;
    Object.freeze(this);
  }

  /** The same system with some options changed. */
  with(change: LinuxOptions): Linux {
    return linux({ ...this.options(), ...change });
  }

  /**
   * Without one step of one policy, named `hook:step`, e.g. `sync:smp_mb`. Throws SD002 with the
   * nearest name.
   */
  without(step: string): Linux {
    const policies = this.policies();
    const owner = policies.find((policy) => policy.stepNames().includes(step));
    if (owner === undefined) {
      const known = policies.flatMap((policy) => policy.stepNames());
      throw unknownName("step", step, known);
    }
    return this.with({ [owner.kind]: owner.without(step) });
  }

  /** One system per step of a policy that can be dropped or weakened. */
  mutants(): readonly LinuxMutant[] {
    return this.policies().flatMap((owner) =>
      owner.mutants().map(({ step, change, policy }) => ({
        step,
        change,
        linux: this.with({ [owner.kind]: policy }),
      })),
    );
  }

  /** The policies of all groups. */
  policies(): readonly Policy[] {
    return [this.tableSync, this.lazyTlb, this.unmapFlush];
  }

  /** The hooks of all policies; no two groups have one in common. */
  hooks(): PolicyHooks {
    return Object.assign({}, ...this.policies().map(({ hooks }) => hooks)) as PolicyHooks;
  }

  describe(): string[] {
    const rt = this.preemptRt ? " PREEMPT_RT" : "";
    return [
      `linux ${this.release}${rt}`,
      `  tableSync: ${this.tableSync.name}`,
      `  lazyTlb: ${this.lazyTlb.name}`,
      `  unmapFlush: ${this.unmapFlush.name}`,
    ];
  }

  private options(): Required<LinuxOptions> {
    const { release, preemptRt, tableSync, lazyTlb, unmapFlush } = this;
    return { release, preemptRt, tableSync, lazyTlb, unmapFlush };
  }
}

/**
 * A release of Linux with its policies; also revives a plain clone of one. Throws SD002 for an
 * unknown release or option, SD001 for a policy of the wrong group.
 */
export function linux(options: LinuxOptions = {}): Linux {
  if (options instanceof Linux) return options;
  checkKeys("linux", options, KEYS);
  const { kind = "linux" } = options as { kind?: unknown };
  checkOneOf("kind", kind, ["linux"]);
  const { release = "7.2", preemptRt = false } = options;
  const { tableSync = broadcast(), lazyTlb = mainline(), unmapFlush = batched() } = options;
  if (typeof release !== "string") throw invalid("release", release, RELEASE_NAMES.join(", "));
  releaseFeatures(release);
  return new Linux({
    release,
    preemptRt: checkBoolean("preemptRt", preemptRt),
    tableSync: checkPolicy("tableSync", tableSync),
    lazyTlb: checkPolicy("lazyTlb", lazyTlb),
    unmapFlush: checkPolicy("unmapFlush", unmapFlush),
  });
}

const KEYS = ["kind", "release", "tableSync", "lazyTlb", "unmapFlush", "preemptRt"];

function checkPolicy(group: PolicyGroup, policy: Policy): Policy {
  const isPolicy = typeof policy === "object" && policy !== null && policy.kind === group;
  if (!isPolicy) throw invalid(group, policy, `a policy made by sd.${group}.…()`);
  return policy instanceof Policy ? policy : new Policy(group, policy);
}
