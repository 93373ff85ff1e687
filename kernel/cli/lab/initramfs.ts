/** The file system that a machine of the lab starts from: a cpio archive, written here. */
import { gzipSync } from "node:zlib";

/** One entry of the archive. */
interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly data: Uint8Array;
  /** Major and minor number of a device. */
  readonly device?: readonly [number, number];
}

const DIRECTORY = 0o040755;
const PROGRAM = 0o100755;
const PLAIN = 0o100644;
const CHARACTER_DEVICE = 0o020600;

const nothing: Uint8Array = new Uint8Array(0);

/** What is in it besides the devices. */
export interface InitramfsContent {
  /** The workload, statically linked. */
  readonly init: Uint8Array;
  readonly plan: string;
  /** Kernel modules in the order in which they are loaded. */
  readonly modules: readonly { readonly name: string; readonly data: Uint8Array }[];
}

/** The archive, compressed with gzip. No tools and no privileges are needed for it. */
export function initramfs({ init, plan, modules }: InitramfsContent): Buffer {
  const text = (content: string): Uint8Array => Buffer.from(content);
  const list = modules.map(({ name }) => `/${name}\n`).join("");
  const entries: Entry[] = [
    { name: "dev", mode: DIRECTORY, data: nothing },
    { name: "dev/console", mode: CHARACTER_DEVICE, data: nothing, device: [5, 1] },
    { name: "dev/null", mode: CHARACTER_DEVICE, data: nothing, device: [1, 3] },
    { name: "init", mode: PROGRAM, data: init },
    { name: "plan", mode: PLAIN, data: text(plan) },
    ...modules.map(({ name, data }) => ({ name, mode: PLAIN, data })),
    ...(modules.length > 0 ? [{ name: "modules.list", mode: PLAIN, data: text(list) }] : []),
    { name: "TRAILER!!!", mode: 0, data: nothing },
  ];
  return gzipSync(Buffer.concat(entries.flatMap(archived)), { level: 1 });
}

/** Documentation/driver-api/early-userspace/buffer-format.rst, format "newc". */
function archived({ name, mode, data, device = [0, 0] }: Entry, index: number): Uint8Array[] {
  const isDirectory = mode === DIRECTORY;
  const fields = [
    ...[index + 1, mode, 0, 0, isDirectory ? 2 : 1, 0, data.length],
    ...[0, 0, device[0], device[1], name.length + 1, 0],
  ];
  const hex = fields.map((value) => value.toString(16).padStart(8, "0").toUpperCase()).join("");
  return [padded(Buffer.from(`070701${hex}${name}\0`)), padded(data)];
}

/** Names and contents end at multiples of four bytes; a header of 110 bytes is part of its name. */
function padded(bytes: Uint8Array): Uint8Array {
  const rest = (4 - (bytes.length % 4)) % 4;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(rest)]);
}
