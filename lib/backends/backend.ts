/** Who flushes: the hypervisor interface, or the hardware itself. */
import { checkKeys, checkOneOf } from "../base/check.ts";
import { invalid, unknownName } from "../base/messages.ts";
import { Value } from "../base/value.ts";
import { x86 } from "../machine/arch.ts";
import type { BackendBehaviour } from "./behaviour.ts";
import { native as nativeBehaviour } from "./native.ts";

const BEHAVIOURS: Readonly<Record<string, BackendBehaviour>> = { native: nativeBehaviour };

/** A backend. Build it with the functions of `sd.backend`. */
export class Backend extends Value {
  readonly kind = "backend";
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
    Object.freeze(this);
  }

  describe(): string[] {
    const { tlbTargets, handlerTargets, ordersInitiator } = behaviourOf(this).attributes(x86());
    return [
      `backend ${this.name}, on x86:`,
      `  translations go on: ${tlbTargets}`,
      `  handlers run on: ${handlerTargets}`,
      `  orders the initiator: ${ordersInitiator}`,
    ];
  }
}

/** Bare metal: the kernel's own flush. */
export function native(): Backend {
  return new Backend("native");
}

/** A backend from a plain clone of one. Throws SD001 for anything else, SD002 for another name. */
export function reviveBackend(value: unknown): Backend {
  if (value instanceof Backend) return value;
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw invalid("backend", value, "a backend made by sd.backend.…()");
  }
  checkKeys("backend", value, ["kind", "name"]);
  const { kind, name } = value as { kind: unknown; name?: unknown };
  checkOneOf("kind", kind, ["backend"]);
  if (typeof name !== "string" || !Object.hasOwn(BEHAVIOURS, name)) {
    throw unknownName("backend", name, Object.keys(BEHAVIOURS));
  }
  return new Backend(name);
}

/** What a backend does. */
export function behaviourOf(backend: Backend): BackendBehaviour {
  return BEHAVIOURS[backend.name]!;
}
