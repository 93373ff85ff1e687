/** A kernel image: which architecture it is for, and which release it says it is. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { malformed, refused } from "../../../lib/base/messages.ts";
import type { LabArch } from "./machine.ts";

/** What a kernel image tells of itself. */
export interface KernelImage {
  readonly file: string;
  readonly arch: LabArch;
  /** `6.12.117+deb12-cloud-amd64`; undefined where the image does not say it. */
  readonly version: string | undefined;
  /** Built with PREEMPT_RT. */
  readonly isRealtime: boolean;
  readonly sha256: string;
}

const largestImage = 1_073_741_824;

/** Reads an image. Throws SD011 when it cannot be read, SD006 when it is none that is known. */
export function readKernelImage(file: string): KernelImage {
  const bytes = readBytes(file);
  const arch = archOf(bytes);
  if (arch === undefined) {
    const what = "a bzImage of x86, an uncompressed Image of arm64, or a vmlinux of ppc64le";
    throw malformed(`kernel ${file}`, bytes.toString("hex", 0, 8), what);
  }
  const banner = arch === "x86" ? bootVersion(bytes) : linuxBanner(bytes);
  return {
    file,
    arch,
    version: /^[\w.+~-]{1,64}/.exec(banner)?.[0],
    isRealtime: banner.includes("PREEMPT_RT"),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

function readBytes(file: string): Buffer {
  try {
    if (fs.statSync(file).size > largestImage) throw new Error("larger than 1 GiB");
    return fs.readFileSync(file);
  } catch (error) {
    throw refused("kernel", file, (error as Error).message);
  }
}

/** By the magic numbers of the boot protocols. */
function archOf(bytes: Buffer): LabArch | undefined {
  if (bytes.toString("latin1", 0x202, 0x206) === "HdrS") return "x86";
  if (bytes.toString("latin1", 0x38, 0x3c) === "ARM\x64") return "arm64";
  const isElf = bytes.toString("latin1", 0, 4) === "\x7fELF";
  return isElf && bytes.length > 0x14 && bytes.readUInt16LE(0x12) === 21 ? "ppc" : undefined;
}

/** Documentation/arch/x86/boot.rst, field kernel_version: a text 0x200 behind its offset. */
function bootVersion(bytes: Buffer): string {
  const offset = bytes.readUInt16LE(0x20e);
  if (offset === 0) return "";
  const text = bytes.toString("latin1", offset + 0x200, offset + 0x200 + 256);
  return text.slice(0, Math.max(0, text.indexOf("\0")));
}

function linuxBanner(bytes: Buffer): string {
  const start = "Linux version ";
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
    const text = bytes.toString("latin1", at + start.length, at + start.length + 256);
    if (/^\d/.test(text)) return text.split(/[\n\0]/)[0] ?? "";
  }
  return "";
}
