/**
 * Kernel paths that a policy may call by name (`k.callPath("flush_tlb_mm", { mm: "mm" })`), so that
 * a policy stays the same data on every release, architecture and backend.
 */
import { unknownName } from "../base/messages.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange, oncePerEnvironment } from "./environment.ts";

/** `flush_tlb_mm()`: parameter `mm`. A whole address space, as if tables had been freed. */
const flushTlbMm = oncePerEnvironment((env) =>
  program("flush_tlb_mm", { params: ["mm"], source: "arch/*/include/asm/tlbflush.h" }, (k) => {
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: -1 });
  }),
);

const PATHS: Readonly<Record<string, (env: Environment) => Program>> = {
  flush_tlb_mm: flushTlbMm,
};

/** Names that `callPath` takes. */
export const KERNEL_PATH_NAMES: readonly string[] = Object.keys(PATHS);

/** The path of that name. Throws SD002 with the nearest name. */
export function kernelPath(env: Environment, name: string): Program {
  const build = Object.hasOwn(PATHS, name) ? PATHS[name] : undefined;
  if (build === undefined) throw unknownName("kernel path", name, KERNEL_PATH_NAMES);
  return build(env);
}
