import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { labOptions, labRequest } from "../../../../kernel/cli/lab/arguments.ts";
import { initramfs } from "../../../../kernel/cli/lab/initramfs.ts";
import { readKernelImage } from "../../../../kernel/cli/lab/kernelImage.ts";
import { qemuArguments } from "../../../../kernel/cli/lab/machine.ts";
import * as plans from "../../../../kernel/cli/lab/plan.ts";
import { commonOptions, readOptions } from "../../../../kernel/cli/readOptions.ts";
import { labCase } from "../../../../lib/experiments/lab/labCase.ts";
import { parseBootName } from "../../../../lib/observed/bootName.ts";
import { root } from "../../build.ts";
import { testFolder } from "../../notebooks.ts";
import { bzImage } from "./machines.ts";

const folder = testFolder("lab");
const labFolder = path.join(root, "lab");

describe("plans", () => {
  const names = plans.planNames(labFolder);

  it("are there, and every line of them is a case of the model", () => {
    expect(names).toEqual(["big", "main", "quick", "scale", "trace"]);
    for (const name of names) {
      const { lines } = plans.readPlan(labFolder, name);
      for (const { caseName, text } of lines) {
        const words = text.split(" ").slice(1);
        const params = Object.fromEntries(words.map((word) => word.split("=")));
        const boot = parseBootName(`x86-6.12-8-${name}`);
        const run = { caseName, params, cpus: 8 } as unknown as Parameters<typeof labCase>[0];
        const found = labCase(run, boot);
        const why = found.scene === undefined ? found.uncovered : "";
        expect(why, `${name}: ${text}`).not.toContain("not in this version");
      }
    }
  });

  it("run on machines of the size they say, as often as they say", () => {
    const lines = plans.parsePlan(
      "idle reps=2\n# no\n\nmunmap n=1 min=4\nfork max=3 reps=5\n",
      "own",
    );
    const plan = { name: "own", lines };
    expect([2, 4].map((cpus) => plans.runsOf(plan, cpus))).toEqual([7, 5]);
    expect(plans.planText(plan)).toBe("idle reps=2\nmunmap n=1 min=4\nfork max=3 reps=5\n");
    const some = plans.withCases(plan, ["fork"]);
    expect(plans.planText(some)).toBe("fork max=3 reps=5\n");
    expect(() => plans.withCases(plan, ["unmap"])).toThrow(/SD002.*did you mean "munmap"/);
  });

  it.each([
    ["collaps mb=4", 'SD006: malformed plan own line 1: "collaps"'],
    ["collapse mb=4;reboot", 'SD006: malformed plan own line 1: "mb=4;reboot"'],
    ["munmap n=1 reps=two", 'SD006: malformed plan own line 1: "reps=two"'],
    [`munmap ${"n=1 ".repeat(70)}`, "SD006: malformed plan own line 1:"],
  ])("%s", (text, message) => {
    expect(() => plans.parsePlan(text, "own")).toThrow(message);
  });

  it("are found by name or path, and named like boots", () => {
    expect(() => plans.readPlan(labFolder, "quik")).toThrow(/SD002.*did you mean "quick"/);
    expect(() => plans.readPlan(labFolder, "./none.plan")).toThrow(/SD011/);
    expect(() => plans.readPlan(labFolder, "./My-plan.txt")).toThrow(/SD001: invalid plan/);
  });
});

describe("a kernel image", () => {
  it("says architecture, release and PREEMPT_RT", () => {
    const file = bzImage(folder, "6.12.117-rt-amd64 (x@y) #1 SMP PREEMPT_RT Debian");
    expect(readKernelImage(file)).toMatchObject({
      arch: "x86",
      version: "6.12.117-rt-amd64",
      isRealtime: true,
    });
  });

  it("of arm64 or ppc64le says it in its banner", () => {
    const arm = Buffer.alloc(512);
    arm.write("ARM\x64", 0x38, "latin1");
    arm.write("Linux version %s\0Linux version 7.2.13-arm64 (x@y)\n", 100, "latin1");
    const ppc = Buffer.alloc(512);
    ppc.write("\x7fELF\x02\x01", 0, "latin1");
    ppc.writeUInt16LE(21, 0x12);
    const files = [arm, ppc].map((bytes, i) => {
      const file = path.join(folder, `image${i}`);
      fs.writeFileSync(file, bytes);
      return file;
    });
    const found = files.map((file) => readKernelImage(file));
    expect(found.map(({ arch, version }) => [arch, version])).toEqual([
      ["arm64", "7.2.13-arm64"],
      ["ppc", undefined],
    ]);
  });

  it("that is none is refused", () => {
    const file = path.join(folder, "text");
    fs.writeFileSync(file, "no kernel");
    expect(() => readKernelImage(file)).toThrow(/SD006: malformed kernel .*a bzImage of x86/);
    expect(() => readKernelImage(path.join(folder, "none"))).toThrow("SD011: kernel refused");
  });
});

describe("options", () => {
  const request = (...args: string[]): ReturnType<typeof labRequest> =>
    labRequest(readOptions(args, { ...labOptions, ...commonOptions }));
  const least = ["--kernel", "k", "--out", "own.csv"];

  it("have defaults", () => {
    expect(request(...least)).toMatchObject({
      ...{ cpus: [4], plan: "quick", cases: [], accelerator: "tcg", limitMs: 1_500_000 },
      ...{ work: "own.csv.boots", modules: [], append: "", fresh: false, dryRun: false },
    });
    expect(request(...least, "--cpus", "2,4-6", "--cases", "a,b").cpus).toEqual([2, 4, 5, 6]);
  });

  it.each([
    [["--out", "a"], "SD003: missing --kernel"],
    [["--kernel", "k"], "SD003: missing --out"],
    [[...least, "--cpus", "0"], 'SD001: invalid --cpus: "0"'],
    [[...least, "--cpus", "four"], 'SD001: invalid --cpus: "four"'],
    [[...least, "--limit", "0"], "SD001: invalid --limit"],
    [[...least, "--memory", "1e3"], "SD001: invalid --memory"],
    [[...least, "--accelerator", "kvm"], "SD002: unknown --accelerator"],
    [[...least, "--append", "a\nb"], "SD001: invalid --append"],
    [[...least, "--tag", "Own"], "SD001: invalid --tag"],
    [[...least, "extra"], "SD001: invalid argument"],
    [[...least, "--kernal", "x"], "SD002: unknown option"],
  ])("%j", (args, message) => {
    expect(() => request(...args)).toThrow(message);
  });
});

describe("a machine", () => {
  const files = { kernel: "k", initrd: "i", log: "l", results: "r" };
  const settings = { ...files, cpus: 8, memoryMib: 2048, append: "idle=poll" } as const;

  it("has its CPUs, two ports and the words for the kernel", () => {
    const words = qemuArguments({ ...settings, arch: "x86", accelerator: "tcg" });
    const line = words.join(" ");
    expect(line).toContain("-accel tcg,thread=single -smp 8,sockets=1,cores=8,threads=1 -m 2048M");
    expect(line).toContain("-serial file:l -serial file:r -kernel k -initrd i -append");
    expect(words.at(-1)).toMatch(/^console=ttyS0 labport=ttyS1 .* idle=poll$/);
  });

  it("has as many CPUs as it can have at most", () => {
    const tooMany = { ...settings, cpus: 241, arch: "x86", accelerator: "tcg-threads" } as const;
    expect(() => qemuArguments(tooMany)).toThrow(
      "SD001: invalid --cpus: 241 (expected at most 240)",
    );
  });
});

describe("the archive that a machine starts from", () => {
  it("holds devices, workload, plan and modules as the kernel reads them", () => {
    const modules = [{ name: "zram.ko", data: Buffer.from("module") }];
    const init = Buffer.from("program");
    const entries = entriesIn(gunzipSync(initramfs({ init, plan: "idle\n", modules })));
    expect(entries).toEqual([
      { name: "dev", mode: "040755", device: "0:0", text: "" },
      { name: "dev/console", mode: "020600", device: "5:1", text: "" },
      { name: "dev/null", mode: "020600", device: "1:3", text: "" },
      { name: "init", mode: "100755", device: "0:0", text: "program" },
      { name: "plan", mode: "100644", device: "0:0", text: "idle\n" },
      { name: "zram.ko", mode: "100644", device: "0:0", text: "module" },
      { name: "modules.list", mode: "100644", device: "0:0", text: "/zram.ko\n" },
      { name: "TRAILER!!!", mode: "000000", device: "0:0", text: "" },
    ]);
  });
});

/** Reads a cpio archive of format "newc". */
function entriesIn(archive: Buffer): object[] {
  const entries: object[] = [];
  for (let at = 0; at < archive.length; ) {
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const field = (i: number): number =>
      Number.parseInt(archive.toString("latin1", at + 6 + 8 * i, at + 14 + 8 * i), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const start = at + Math.ceil((110 + nameSize) / 4) * 4;
    entries.push({
      name: archive.toString("latin1", at + 110, at + 110 + nameSize - 1),
      mode: mode.toString(8).padStart(6, "0"),
      device: `${field(9)}:${field(10)}`,
      text: archive.toString("latin1", start, start + size),
    });
    at = start + Math.ceil(size / 4) * 4;
  }
  return entries;
}
