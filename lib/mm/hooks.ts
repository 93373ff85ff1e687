/** Running the programs that policies have put at the hook points. */
import type { Builder } from "../steps/builder.ts";
import type { Operand } from "../steps/instructions.ts";
import { linkPaths } from "../steps/linking.ts";
import type { Environment } from "./environment.ts";
import type { HookName } from "./hookPoints.ts";

/** Whether some policy has put a program at the hook. */
export function hasHook(env: Environment, hook: HookName): boolean {
  return env.hooks[hook] !== undefined;
}

/** The policy's program at a hook; nothing where it has none. */
export function runHook(
  k: Builder,
  env: Environment,
  hook: HookName,
  args: Readonly<Record<string, Operand>>,
): void {
  const found = env.hooks[hook];
  if (found === undefined) return;
  const linked = linkPaths(found, env.kernelPath);
  k.include(linked, args, { label: hook });
}
