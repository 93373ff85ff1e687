import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Guard } from "../../../lib/experiments/probes/system/guard.ts";
import { withHugePages } from "../../../lib/experiments/probes/system/hugePages.ts";
import { readThrough } from "../../../lib/experiments/probes/system/readThrough.ts";
import { TraceInstance, tracefs } from "../../../lib/experiments/probes/system/traceInstance.ts";
import * as sd from "../../../lib/index.ts";
import { triedProbe } from "./tried.ts";

const folder = mkdtempSync(path.join(tmpdir(), "probe-system-"));
afterAll(() => rmSync(folder, { recursive: true }));
const isLinux = process.platform === "linux";

const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((done) => setTimeout(done, 25));
  expect(holds()).toBe(true);
};

describe.skipIf(!isLinux)("a guard", () => {
  test("undoes when it is released, with arguments as they are", async () => {
    const file = path.join(folder, "it's $HOME; a name");
    writeFileSync(file, "changed");
    const guard = new Guard('printf %s "$2" > "$1"', [file, "as before"]);
    expect(readFileSync(file, "utf8")).toBe("changed");
    await guard.release();
    expect(readFileSync(file, "utf8")).toBe("as before");
    await guard.release();
  });

  test("undoes when its process is killed", async () => {
    const file = path.join(folder, "killed");
    writeFileSync(file, "changed");
    // What Guard starts, started by a process that is killed: the pipe is all that ends.
    const program = `const { spawn } = require("node:child_process");
      const args = ["-c", 'read -r _\\nprintf undone > "$1"', "guard", ${JSON.stringify(file)}];
      spawn("sh", args, { detached: true, stdio: ["pipe", "ignore", "ignore"] });
      setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);`;
    spawnSync(process.execPath, ["-e", program]);
    await until(() => readFileSync(file, "utf8") === "undone");
  });
});

describe.skipIf(!isLinux)("huge pages", () => {
  const counts = (name: string, nr: number, free: number, promised: number): string => {
    const place = path.join(folder, name);
    mkdirSync(place);
    for (const [file, value] of Object.entries({ nr, free, resv: promised })) {
      writeFileSync(path.join(place, `${file}_hugepages`), `${value}\n`);
    }
    return place;
  };
  const nr = (place: string): string => readFileSync(path.join(place, "nr_hugepages"), "utf8");

  test("are left alone where enough are free, and where none are wanted", async () => {
    const place = counts("enough", 4, 3, 1);
    expect(await withHugePages(2, async () => nr(place), place)).toBe("4\n");
    expect(await withHugePages(0, async () => "done", "/none")).toBe("done");
  });

  test("are raised by what is missing, and put back", async () => {
    const place = counts("raised", 4, 3, 2);
    const seen: string[] = [];
    const raised = withHugePages(3, async () => void seen.push(nr(place)), place);
    // These files do not make pages free: what was asked for is not there.
    await expect(raised).rejects.toThrow(/SD011.*no memory/);
    expect(seen).toEqual([]);
    expect(nr(place)).toBe("4\n");
  });

  test("that cannot be had are refused", async () => {
    await expect(withHugePages(1, async () => 1, "/none")).rejects.toThrow(/SD011.*no huge pages/);
    const place = counts("closed", 0, 0, 0);
    rmSync(path.join(place, "nr_hugepages"));
    mkdirSync(path.join(place, "nr_hugepages"));
    await expect(withHugePages(1, async () => 1, place)).rejects.toThrow(/SD011/);
  });
});

describe.skipIf(!isLinux)("a trace instance", () => {
  test("needs tracefs, and says how to mount it", async () => {
    expect(tracefs("proc /proc proc rw 0 0\nnodev /a\\040b tracefs rw 0 0\n")).toBe("/a b");
    expect(() => tracefs("proc /proc proc rw 0 0\n")).toThrow(/SD011.*mount -t tracefs/);
    await expect(TraceInstance.create(path.join(folder, "none"))).rejects.toThrow(/takes root/);
    const root = path.join(folder, "taken");
    mkdirSync(path.join(root, "instances", `shootdown-${process.pid}`), { recursive: true });
    await expect(TraceInstance.create(root)).rejects.toThrow(/SD011.*EEXIST/);
    // It is another one's: it stays, and nothing is written into it.
    await new Promise((done) => setTimeout(done, 100));
    expect(readdirSync(path.join(root, "instances"))).toEqual([`shootdown-${process.pid}`]);
    expect(readdirSync(path.join(root, "instances", `shootdown-${process.pid}`))).toEqual([]);
  });

  test("gives up on a read that hangs", async () => {
    const pipe = path.join(folder, "pipe");
    if (spawnSync("mkfifo", [pipe]).status !== 0) return;
    await expect(readThrough(pipe, 100)).rejects.toThrow(/SD011.*it hangs/);
    await expect(readThrough(path.join(folder, "no"), 100)).rejects.toThrow(/SD011.*No such file/);
  });
});

describe("in the tracefs of this machine", () => {
  const root = path.join(folder, "tracing");
  let isMounted = false;
  beforeAll(() => {
    mkdirSync(root);
    isMounted = isLinux && spawnSync("mount", ["-t", "tracefs", "nodev", root]).status === 0;
    if (!isMounted) console.info("skipped: tracefs cannot be mounted here");
  });
  afterAll(() => void (isMounted && spawnSync("umount", ["-l", root])));
  const own = (): string[] =>
    readdirSync(path.join(root, "instances")).filter((name) => name.startsWith("shootdown-"));

  test("an instance comes, records, and goes, as one that was left behind", async (context) => {
    if (!isMounted) return context.skip();
    const gone = spawnSync("true").pid;
    mkdirSync(path.join(root, "instances", `shootdown-${gone}`));
    const instance = await TraceInstance.create(root);
    expect(own()).toEqual([`shootdown-${process.pid}`]);
    expect(instance.events).toContain("ipi/ipi_send_cpu");
    instance.on();
    instance.off();
    expect(await instance.text()).toMatch(/^# tracer: nop/);
    instance.clear();
    await instance.remove();
    expect(own()).toEqual([]);
  });

  test("one that somebody reads goes when they stop", async (context) => {
    if (!isMounted) return context.skip();
    const instance = await TraceInstance.create(root);
    const reader = spawn("cat", [path.join(instance.folder, "trace_pipe")], { stdio: "ignore" });
    await new Promise((done) => setTimeout(done, 300));
    await expect(instance.remove(200)).rejects.toThrow(/SD011.*somebody reads it/);
    expect(existsSync(instance.folder)).toBe(true);
    reader.kill("SIGKILL");
    await until(() => !existsSync(instance.folder));
  });

  test("a probe has the events of what it counted", async (context) => {
    if (!isMounted) return context.skip();
    const probe = await triedProbe(context, () => sd.probe.munmap({ repetitions: 3, trace: true }));
    if (probe.valid().length < 3) return context.skip();
    expect(own()).toEqual([]);
    const sites = probe.trace().callSites().objects() as { purpose: string; ipis: number }[];
    const flushes = sites.filter(({ purpose }) => purpose === "flush");
    const sent = flushes.reduce((sum, { ipis }) => sum + ipis, 0);
    // One flush a call; a sibling that sleeps for a moment in spite of all needs none.
    expect(sent).toBeGreaterThan(50);
    expect(sent).toBeLessThanOrEqual(66);
    expect(probe.trace().total("TLB")).toBe(sent);
  });
});
