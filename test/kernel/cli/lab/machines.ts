/** Kernel images and programs that only look like some. */
import fs from "node:fs";
import path from "node:path";

/** A bzImage without a kernel: the magic number, and the text that tells its version. */
export function bzImage(folder: string, version: string): string {
  const bytes = Buffer.alloc(4096);
  bytes.write("HdrS", 0x202, "latin1");
  bytes.writeUInt16LE(0x400, 0x20e);
  bytes.write(`${version}\0`, 0x600, "latin1");
  const file = path.join(folder, "bzImage");
  fs.writeFileSync(file, bytes);
  return file;
}

/** A program that writes `results` to the second serial port it was given, as QEMU would. */
export function fakeQemu(folder: string, results: string, code = 0): string {
  const file = path.join(folder, "qemu");
  const port = '$(printf "%s\\n" "$@" | grep "^file:" | tail -n 1 | cut -c 6-)';
  fs.writeFileSync(path.join(folder, "results"), results);
  const text = `#!/bin/sh\ncp '${path.join(folder, "results")}' "${port}"\nexit ${code}\n`;
  fs.writeFileSync(file, text, { mode: 0o755 });
  return file;
}

/** A compiler that makes the head of an x86 program and nothing else. */
export function fakeCompiler(folder: string): string {
  const file = path.join(folder, "cc");
  const elf = "\\177ELF\\2\\1\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\2\\0\\076\\0\\0\\0\\0\\0";
  const output = 'while [ "$1" != -o ]; do shift; done';
  fs.writeFileSync(file, `#!/bin/sh\n${output}\nprintf '${elf}' > "$2"\n`, { mode: 0o755 });
  return file;
}
