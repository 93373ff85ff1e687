/** What the kernel of a scene knows once it has booted, as the policies of tableSync ask it. */
import type { Backend } from "../backends/backend.ts";
import { behaviourOf, native } from "../backends/backend.ts";
import type { Arch } from "../machine/arch.ts";
import {
  archKeepsCpumask,
  flushByHardware,
  flushOpIsKvm,
  flushOpIsNative,
  tlbIpiBroadcastKey,
  tlbIpiBroadcastKeyEarly,
} from "../mm/bootVariables.ts";

/** Values of the boot variables, by name. `seen`: with the features that the kernel uses. */
export function bootValues(seen: Arch, backend: Backend): Record<string, number> {
  const behaviour = behaviourOf(backend);
  const op = seen.kind === "x86" ? behaviour.flushOp : undefined;
  return {
    [tlbIpiBroadcastKey.name]: flag(behaviour.flushInterruptsWalkers(seen)),
    [tlbIpiBroadcastKeyEarly.name]: flag(behaviourOf(native()).flushInterruptsWalkers(seen)),
    [flushOpIsNative.name]: flag(op === "native"),
    [flushOpIsKvm.name]: flag(op === "kvm"),
    [flushByHardware.name]: flag(seen.kind === "x86" && (seen.invlpgb || seen.rar)),
    [archKeepsCpumask.name]: flag(seen.kind !== "arm64"),
  };
}

function flag(is: boolean): number {
  return is ? 1 : 0;
}
