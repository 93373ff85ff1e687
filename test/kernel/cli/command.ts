/** The command as a process. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { buildKernel, dist } from "../build.ts";

/** Builds what `shootdown` runs; for `beforeAll`. */
export const buildCommand = (): void => buildKernel();

/** Runs the command and returns its exit code and what it has said. */
export function shootdown(
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string; cwd?: string } = {},
): { code: number | null; out: string; err: string } {
  const cli = path.join(dist, "kernel/cli.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: "utf8",
    ...options,
    env: { ...process.env, ...options.env },
  });
  return { code: status, out: stdout, err: stderr };
}
