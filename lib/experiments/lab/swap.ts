/** Which boots of the lab had swap. */
import type { BootName } from "../../observed/bootName.ts";

/**
 * zram as swap needs modules that boot.sh takes from LAB_MODS. None were given to the powerpc boots
 * (their streams lack the note "swap on zram0"), nor to `x86-7.3-8-main` (README of the lab); the
 * lab's own machine pages out files only. Newer boots without swap say so in their name.
 */
export function hasSwap({ arch, release, cpus, plan, native, tags }: BootName): boolean {
  if (native || arch === "powerpc" || tags.includes("noswap")) return false;
  const isControl = release === "7.3" && cpus === 8 && plan === "main" && tags.length === 0;
  return !(arch === "x86" && isControl);
}
