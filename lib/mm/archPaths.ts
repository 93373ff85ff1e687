/** The paths of each architecture. */
import type { ArchKind } from "../machine/arch.ts";
import { arm64Paths } from "./arm64/paths.ts";
import type { ArchPaths } from "./environment.ts";
import { powerpcPaths } from "./powerpc/paths.ts";
import { x86Paths } from "./x86/paths.ts";

/** Architecture → what it brings to the kernel paths. */
export const ARCH_PATHS: Readonly<Record<ArchKind, ArchPaths>> = {
  x86: x86Paths,
  arm64: arm64Paths,
  powerpc: powerpcPaths,
};
