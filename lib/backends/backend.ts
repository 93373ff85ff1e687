/** Who flushes: the hypervisor interface, or the hardware itself. */
import { readPlainData } from "../base/plainData.ts";
import { deepFreeze, Value } from "../base/value.ts";
import { x86 } from "../machine/arch.ts";
import type { BackendBehaviour, BackendKind, BackendOptions } from "./behaviour.ts";
import type { HypervOptions } from "./hyperv.ts";
import { hypervKind } from "./hyperv.ts";
import type { KvmOptions } from "./kvm.ts";
import { kvmKind } from "./kvm.ts";
import type { NativeOptions } from "./native.ts";
import { nativeKind } from "./native.ts";
import type { OvercommitOptions } from "./overcommit.ts";
import { xenPvKind } from "./xenPv.ts";

const KINDS: Readonly<Record<string, BackendKind>> = {
  native: nativeKind,
  kvm: kvmKind,
  hyperv: hypervKind,
  xenPv: xenPvKind,
};

/** A backend. Build it with the functions of `sd.backend`. */
export class Backend extends Value {
  readonly kind = "backend";
  readonly name: string;
  /** Every option of its function. */
  readonly options: BackendOptions;

  /** Takes a known name and options as that backend has them; throws as its function does. */
  constructor(name: string, options: object = {}) {
    super();
    this.name = name;
    this.options = deepFreeze({ ...KINDS[name]!.complete(options) });
    Object.freeze(this);
  }

  /** The same backend with some options changed. */
  with(change: object): Backend {
    return new Backend(this.name, { ...this.options, ...change });
  }

  /** The name, and the options that are not the default: `kvm({ pvFlush: false })`. */
  label(): string {
    const defaults = KINDS[this.name]!.complete({});
    const changed = Object.entries(this.options)
      .filter(([key, value]) => defaults[key] !== value)
      .map(([key, value]) => `${key}: ${value}`);
    return changed.length === 0 ? this.name : `${this.name}({ ${changed.join(", ")} })`;
  }

  describe(): string[] {
    const { tlbTargets, handlerTargets, ordersInitiator } = behaviourOf(this).attributes(x86());
    return [
      `backend ${this.label()}, on x86:`,
      `  translations go on: ${tlbTargets}`,
      `  handlers run on: ${handlerTargets}`,
      `  orders the initiator: ${ordersInitiator}`,
    ];
  }
}

/** Bare metal: the kernel's own flush. Throws SD001 and SD002 for wrong options. */
export function native(options: NativeOptions = {}): Backend {
  return new Backend("native", options);
}

/** A KVM guest. Throws SD001 and SD002 for wrong options. */
export function kvm(options: KvmOptions = {}): Backend {
  return new Backend("kvm", options);
}

/** A Hyper-V guest. Throws SD001 and SD002 for wrong options. */
export function hyperv(options: HypervOptions = {}): Backend {
  return new Backend("hyperv", options);
}

/** A paravirtual domain of Xen. Throws SD001 and SD002 for wrong options. */
export function xenPv(options: OvercommitOptions = {}): Backend {
  return new Backend("xenPv", options);
}

/**
 * A backend from a plain clone of one. Throws SD001 for anything else, SD002 for another name or
 * option.
 */
export function reviveBackend(value: unknown): Backend {
  if (value instanceof Backend) return value;
  const { name, options = {} } = readPlainData("backend", value, "name", Object.keys(KINDS));
  return new Backend(name, options as object);
}

/** What a backend does. */
export function behaviourOf(backend: Backend): BackendBehaviour {
  return KINDS[backend.name]!.behaviour(backend.options);
}
