import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { runCommand } from "../../../../kernel/cli/command.ts";
import { labOptions, labRequest } from "../../../../kernel/cli/lab/arguments.ts";
import { labCommand } from "../../../../kernel/cli/lab/main.ts";
import { type LabOutcome, runSeries } from "../../../../kernel/cli/lab/run.ts";
import { seriesOf } from "../../../../kernel/cli/lab/series.ts";
import { commonOptions, readOptions } from "../../../../kernel/cli/readOptions.ts";
import { agreementOf, validate } from "../../../../lib/experiments/validate.ts";
import { labCsv } from "../../../../lib/observed/labCsv.ts";
import { FIXTURE_OWN } from "../../../experiments/labFiles.ts";
import { root } from "../../build.ts";
import { testFolder } from "../../notebooks.ts";
import { bzImage, fakeCompiler, fakeQemu } from "./machines.ts";

const labFolder = path.join(root, "lab");
let folder = "";

beforeEach(() => {
  folder = testFolder("lab-run");
});

/** A reading of two CPUs. */
const reading = (cal: number): string =>
  `CPU0 CPU1\nCAL: 0 ${cal} Function call interrupts\nTLB: 0 0 TLB shootdowns\n`;

const run = [
  '@@RUN {"arch":"x86_64","kernel":"6.1.0","cpus":2,"case":"collapse","params":"mb=32 T=1",' +
    '"rep":0,"op_us":1,"base_us":2,"minflt":0,"ops":16,"err":0}',
  `@@S0\n${reading(0)}@@S1\n${reading(16)}@@S2\n${reading(16)}@@END`,
  "@@DONE collapse\n",
].join("\n");

async function boot(qemu: string, ...more: string[]): Promise<LabOutcome & { told: string[] }> {
  return await bootUntil(new AbortController().signal, qemu, ...more);
}

async function bootUntil(
  signal: AbortSignal,
  qemu: string,
  ...more: string[]
): Promise<LabOutcome & { told: string[] }> {
  const kernel = bzImage(folder, "6.1.0-56-cloud-amd64 (a@b) #1 SMP");
  const out = path.join(folder, "own.csv");
  const tools = ["--qemu", qemu, "--cc", fakeCompiler(folder)];
  const args = ["--kernel", kernel, "--out", out, "--cpus", "2", ...tools, ...more];
  const request = labRequest(readOptions(args, { ...labOptions, ...commonOptions }));
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  const series = seriesOf(request, labFolder);
  const outcome = await runSeries({ ...request, out }, series, labFolder, { signal, tell });
  return { ...outcome, told };
}

const csv = (): string => fs.readFileSync(path.join(folder, "own.csv"), "utf8");

describe("a series of boots", () => {
  it("ends in a file that the model is compared with", async () => {
    const { boots, runs } = await boot(fakeQemu(folder, `${run}@@ALLDONE\n`));
    expect(boots).toMatchObject([{ boot: "x86-6.1-2-quick-noswap", runs: 1, problem: "" }]);
    expect(runs).toBe(1);
    const { rows } = validate(labCsv.parse(csv()));
    expect(rows.map(({ row, predicted, measured }) => [row, predicted, measured])).toEqual([
      ["CAL", 16, 16],
      ["TLB", 0, 0],
    ]);
  });

  it("keeps a boot that was done, until something about it is another", async () => {
    const qemu = fakeQemu(folder, `${run}@@ALLDONE\n`);
    const ends = async (...more: string[]): Promise<string[]> =>
      (await boot(qemu, ...more)).boots.map(({ end }) => end);
    expect(await ends()).toEqual(["off"]);
    expect(await ends()).toEqual(["kept"]);
    expect(await ends("--fresh")).toEqual(["off"]);
    expect(await ends("--cases", "collapse")).toEqual(["off"]);
    expect(await ends("--cases", "collapse", "--memory", "1024")).toEqual(["off"]);
    expect(await ends("--cases", "collapse", "--memory", "1024")).toEqual(["kept"]);
  });

  it("tells what became of a boot that broke off, keeps its runs, and does it again", async () => {
    const first = await boot(fakeQemu(folder, run, 3));
    expect(first.boots).toMatchObject([{ boot: "x86-6.1-2-quick-noswap-partial", runs: 1 }]);
    expect(first.boots[0]?.problem).toMatch(/^QEMU ended early: .*; the plan did not come to its/);
    expect(csv()).toContain("x86-6.1-2-quick-noswap-partial,qemu-tcg round robin,x86_64,");
    const second = await boot(fakeQemu(folder, `${run}@@ALLDONE\n`));
    expect(second.boots).toMatchObject([{ end: "off", problem: "" }]);
  });

  it("stops a machine at the time limit", async () => {
    const qemu = path.join(folder, "hangs");
    fs.writeFileSync(qemu, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
    const { boots } = await boot(qemu, "--limit", "1");
    expect(boots[0]?.problem).toMatch(/^stopped at the time limit/);
  });
});

it("an interrupted boot leaves no process, and is done again", async () => {
  const qemu = path.join(folder, "hangs");
  const pid = path.join(folder, "pid");
  fs.writeFileSync(qemu, `#!/bin/sh\necho $$ > '${pid}'\nexec sleep 60\n`, { mode: 0o755 });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 500);
  const { boots, interrupted } = await bootUntil(controller.signal, qemu);
  expect([interrupted, boots[0]?.end]).toEqual([true, "interrupted"]);
  expect(() => process.kill(Number(fs.readFileSync(pid, "utf8")), 0)).toThrow("ESRCH");
  expect((await boot(fakeQemu(folder, `${run}@@ALLDONE\n`))).boots[0]?.end).toBe("off");
});

describe("what is missing is said", () => {
  it("QEMU, a compiler, a compiler that links statically", async () => {
    const qemu = fakeQemu(folder, "");
    const none = path.join(folder, "none");
    await expect(boot(none)).rejects.toThrow(/SD011: QEMU refused.*qemu-system-x86/);
    await expect(boot(qemu, "--cc", none)).rejects.toThrow(/SD011: C compiler refused.*not found/);
    const dynamic = path.join(folder, "dynamic");
    fs.writeFileSync(dynamic, "#!/bin/sh\necho cannot find -lc >&2\nexit 1\n", { mode: 0o755 });
    const said = /SD011: C compiler refused.*cannot link statically: cannot find -lc/;
    await expect(boot(qemu, "--cc", dynamic)).rejects.toThrow(said);
  });

  it("a release that the image does not tell, memory that the host does not have", async () => {
    const args = (...more: string[]): Promise<unknown> => boot("qemu", ...more);
    await expect(args("--memory", "4000000")).rejects.toThrow(/SD011: machine refused/);
    await expect(args("--release", "six")).rejects.toThrow(/SD006: malformed boot name/);
    await expect(args("--cpus", "300")).rejects.toThrow(/SD001: invalid --cpus: 300/);
  });
});

describe("the command", () => {
  async function said(...args: string[]): Promise<{ code: number; out: string }> {
    let out = "";
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      out += String(text);
      return true;
    });
    try {
      return { code: await runCommand(labCommand, args), out };
    } finally {
      write.mockRestore();
    }
  }

  it("says what it would do", async () => {
    const kernel = bzImage(folder, "6.1.0-56-cloud-amd64 (a@b) #1 SMP");
    const args = ["run", "--kernel", kernel, "--cpus", "2,4", "--cases", "munmap", "--dry-run"];
    const { code, out } = await said(...args);
    expect(code).toBe(0);
    expect(out).toContain(
      "x86-6.1-2-quick: 2 CPUs, 2048 MiB, 15 runs\n  munmap n=20 pages=1 T=1\n",
    );
    expect(out).toMatch(/\n {2}\$ \S*qemu-system-x86_64 .*-smp 4,/);
    const { boots } = JSON.parse((await said(...args, "--json")).out);
    expect(boots).toMatchObject([{ boot: "x86-6.1-2-quick", runs: 15 }, { cpus: 4 }]);
    expect(fs.existsSync("lab.boots")).toBe(false);
  });

  it("collects results from elsewhere", async () => {
    const results = path.join(folder, "x86-6.1-2-own.txt");
    const out = path.join(folder, "all.csv");
    fs.writeFileSync(results, `${run}@@ALLDONE\n`);
    const { code, out: text } = await said("collect", results, "--out", out);
    expect([code, text]).toEqual([0, `${out}: 1 runs of 1 boots\n`]);
    expect(fs.readFileSync(out, "utf8")).toContain("x86-6.1-2-own-noswap,");
  });

  it("knows two verbs", async () => {
    await expect(said("ruin")).rejects.toThrow(/SD002: unknown lab command.*did you mean "run"/);
    await expect(said()).rejects.toThrow("SD003: missing lab command");
  });
});

it("what was measured with it agrees with the model", () => {
  const { rows, runs, uncoveredRuns } = validate(labCsv.read(FIXTURE_OWN));
  expect([runs, uncoveredRuns.length]).toEqual([148, 0]);
  expect(agreementOf(rows, "flush")).toMatchObject({ runs: 111, exact: 111, vectorsExact: 111 });
  expect(agreementOf(rows, "call", "net")).toMatchObject({ median: 0, p95: 3, max: 11, below: 0 });
});
