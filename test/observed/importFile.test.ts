import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { importMain } from "../../kernel/cli/import/main.ts";
import { type ImportResult, importFile } from "../../lib/experiments/importFile.ts";
import { measuredPath } from "./measuredData.ts";
import { ftrace } from "./samples.ts";

const folder = mkdtempSync(join(tmpdir(), "shootdown-import-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function total({ totals }: ImportResult, kind: string): number | undefined {
  return totals.find((one) => one.kind === kind)?.count;
}

describe("importing a file", () => {
  test.each([
    ["interrupts", "CPU0 CPU1\nCAL: 1 2 x\n", 2],
    ["trace", ftrace, 3],
    ["lscpu", "CPU(s): 8\n", 8],
    ["sysfs", "/sys/devices/system/cpu/online:0-7\n", 8],
    ["cmdline", "BOOT_IMAGE=/vmlinuz isolcpus=1\n", undefined],
    ["config", "# CONFIG_A is not set\nCONFIG_HZ=250\n", undefined],
    ["rtla", "CPU COUNT | x\n 0 #1 | 1 2 3 4 | 5 6 7 8\n", 1],
  ])("recognises %s", async (format, content, cpus) => {
    const found = await importFile([content], "x");
    expect([found.format, found.cpus]).toEqual([format, cpus]);
  });

  test("counts a trace without keeping it", async () => {
    const found = await importFile([ftrace], "x");
    expect(total(found, "interrupts sent (masks expanded)")).toBe(4);
    expect(total(found, "row CAL (received)")).toBe(3);
    expect(total(found, "row TLB (received)")).toBe(2);
    expect(found.notes).toEqual(["1 markers say that 3 events were lost"]);
  });

  test("unpacks gzip, and names damaged gzip", async () => {
    const packed = zlib.gzipSync(ftrace);
    expect((await importFile(file("a.gz", packed))).format).toBe("trace");
    await expect(importFile(file("b.gz", packed.subarray(0, 60)))).rejects.toThrow(/^SD011/);
    packed[30]! ^= 255;
    await expect(importFile(file("c.gz", packed))).rejects.toThrow(/^SD0(06|11)/);
  });

  test("unpacks zstd where Node can, else says what to do", async ({ skip }) => {
    const plain = file("d.txt", ftrace);
    try {
      execFileSync("zstd", ["-q", "-f", plain]);
    } catch {
      console.info("skipped: the program zstd is missing");
      skip(true, "no zstd");
    }
    const reading = importFile(`${plain}.zst`);
    if ("createZstdDecompress" in zlib) expect((await reading).format).toBe("trace");
    else await expect(reading).rejects.toThrow("zstd needs Node 22.15 or later");
  });

  test("refuses what it does not know", async () => {
    await expect(importFile(["root:x:0:0:root\n"], "passwd")).rejects.toThrow(/^SD006/);
    await expect(importFile([""], "empty")).rejects.toThrow(/^SD006/);
    await expect(importFile("/nowhere")).rejects.toThrow(/^SD011/);
  });

  test("knows every file of measured data", async (context) => {
    for (const kind of ["interrupts", "traces", "lscpu"]) {
      const path = measuredPath(context, kind);
      for (const name of readdirSync(path).filter((one) => one !== "SOURCES.md")) {
        const found = await importFile(`${path}/${name}`);
        const others = ["wprof", "lkp", "aggregate"];
        const expected = kind === "traces" ? ["trace", ...others] : [kind];
        expect([name, expected.includes(found.format)]).toEqual([name, true]);
      }
    }
  });
});

describe("shootdown import", () => {
  async function run(...args: string[]): Promise<[number, string, string]> {
    const written = { out: "", err: "" };
    const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written.out += text;
      return true;
    });
    const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      written.err += text;
      return true;
    });
    try {
      return [await importMain(["import", ...args]), written.out, written.err];
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  }

  test("prints totals and what was skipped, hostile text made visible", async () => {
    const hostile = `${ftrace}\u001b[31mred\u202e <script>\n`;
    const [code, out] = await run(file("e.txt", hostile));
    expect(code).toBe(0);
    expect(out).toMatch(/: trace, 3 CPUs\n {2}note: 1 markers/);
    expect(out).toContain("\\u{1b}[31mred\\u{202e}");
    expect(out).not.toContain("\u001b");
  });

  test("goes on behind a file that cannot be read, and ends with 3", async () => {
    const [code, out, err] = await run("/nowhere", file("f.txt", ftrace), "--json");
    expect([code, err.startsWith("shootdown: SD011")]).toEqual([3, true]);
    const { files, failed } = JSON.parse(out);
    expect([files[0].format, failed[0].code]).toEqual(["trace", "SD011"]);
  });

  test("has help, and refuses wrong usage", async () => {
    expect(await run("--help")).toMatchObject([0, expect.stringContaining("shootdown import"), ""]);
    await expect(run()).rejects.toThrow(/^SD003/);
    await expect(run("--jsn")).rejects.toThrow('did you mean "--json"?');
  });
});
