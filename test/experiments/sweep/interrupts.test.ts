/** Signals to the built command, and interrupts of a real notebook cell, while cells take minutes. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { cliFile } from "../../kernel/build.ts";
import { Cells } from "../../kernel/exec/cells.ts";
import { newFolder } from "./folders.ts";
import { rowsIn, type Started, shootdown, started, until, writeLongModule } from "./processes.ts";

// Processes start slowly where much else runs.
vi.setConfig({ testTimeout: 120_000 });

const limitMs = 1_000;
/** Twice where the first time was too long: other processes may have had the processors. */
const retry = 1;
const [SHORT, LONG] = [3, 2];

let short: string;
beforeAll(async () => {
  const folder = fs.mkdtempSync("/tmp/shootdown-interrupts-");
  short = path.join(folder, "store");
  await shootdown("sweep", "run", writeLongModule(folder, 0), "--store", short).end;
  expect(rowsIn(short)).toBe(SHORT);
  return () => fs.rmSync(folder, { recursive: true });
});

/** A folder with the rows of all short cells, and the running sweep of the long ones. */
async function inLongCells(folder: string, ...args: readonly string[]): Promise<Started> {
  const store = path.join(folder, "store");
  fs.cpSync(short, store, { recursive: true });
  const words = ["sweep", "run", writeLongModule(folder, LONG), "--store", store, ...args];
  const run = started(process.execPath, [cliFile(), ...words], { detached: true });
  await until(() => SweepStore.open(store).status().total === SHORT + LONG);
  await setTimeout(1_000);
  return run;
}

/** How a sweep ended, and how long that took after it was asked. */
async function endAfter(run: Started, ask: () => unknown) {
  const startedMs = performance.now();
  await ask();
  const { code, stderr } = await run.end;
  return { code, stderr, ms: performance.now() - startedMs };
}

const toCoordinator = ({ child }: Started): unknown => child.kill("SIGINT");
const toGroup = ({ child }: Started): unknown => process.kill(-child.pid!, "SIGINT");

describe("Ctrl-C ends a sweep whose cells take minutes", () => {
  test.for([
    ["threads", "to the coordinator alone", toCoordinator],
    ["threads", "to its process group", toGroup],
    ["in-process", "to its process group", toGroup],
  ] as const)("%s, %s", { retry }, async ([executor, , ask]) => {
    const folder = newFolder();
    const run = await inLongCells(folder, "--executor", executor);
    const { code, stderr, ms } = await endAfter(run, () => ask(run));
    const store = path.join(folder, "store");
    expect(code).toBe(130);
    const line = `interrupted after 3 of 5 cells; kept in ${store}, to go on: `;
    expect(stderr).toContain(`${line}shootdown sweep resume ${store}\n`);
    expect(SweepStore.open(store).status()).toMatchObject({ done: SHORT, failed: 0, torn: 0 });
    console.info(`${executor}: ended ${ms.toFixed(0)} ms after SIGINT`);
    expect(ms).toBeLessThan(limitMs);
  });

  test("so does sweep cancel, which reaches a cell of the coordinator too", { retry }, async () => {
    const folder = newFolder();
    const run = await inLongCells(folder, "--executor", "in-process");
    const store = path.join(folder, "store");
    const cancel = () => fs.writeFileSync(path.join(store, "cancel"), "");
    const { code, ms } = await endAfter(run, cancel);
    expect(code).toBe(130);
    expect(ms).toBeLessThan(limitMs);
  });
});

test("limits of a module hold, also in-process, and none is passed over", async () => {
  const folder = newFolder();
  const store = path.join(folder, "store");
  const limits = "{ timeoutMs: 300, attempts: 1 }";
  const module = writeLongModule(folder, LONG, limits);
  const run = ["sweep", "run", module, "--store", store, "--executor", "in-process", "--json"];
  const { code, stdout } = await shootdown(...run).end;
  expect([code, JSON.parse(stdout)]).toMatchObject([4, { done: SHORT, failed: LONG }]);
  const errors = SweepStore.open(store).table().array("error") as string[];
  expect(errors.at(-1)).toBe("timeout: took longer than 300 ms");
  for (const [option, name] of [
    ["--memory", "memoryMb"],
    ["--workers", "workers"],
  ] as const) {
    const refused = await shootdown(...run, option, "64").end;
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`SD004: impossible ${name}: 64`),
    ]);
  }
  writeLongModule(folder, LONG, "{ timeoutMS: 300 }");
  expect((await shootdown(...run).end).stderr).toContain('did you mean "timeoutMs"?');
});

describe("an interrupt of a notebook cell", () => {
  test.for(["threads", "in-process"])("ends its sweep: %s", { retry }, async (executor) => {
    const folder = newFolder();
    const store = path.join(folder, "store");
    fs.cpSync(short, store, { recursive: true });
    const cells = await Cells.start("sweep-interrupts");
    try {
      const { href } = new URL(`file://${writeLongModule(folder, LONG)}`);
      await cells.run(`import * as sd from "shootdown"; const kept = 41;
        const module: string = ${JSON.stringify(href)};
        const { axes, build } = await import(module);
        const options = { store: ${JSON.stringify(store)}, executor: "${executor}" } as const;`);
      const sweep = 'console.log("go"); await sd.sweep(axes, build, options);';
      const ran = await cells.run(sweep, { interruptAfterMs: 700 });
      console.info(`${executor}: ended ${ran.endedAfterMs.toFixed(0)} ms after the interrupt`);
      expect(ran.done.status).toBe("error");
      expect(ran.endedAfterMs).toBeLessThan(limitMs);
      const texts = ran.outputs.map((one) => ("data" in one ? one.data["text/plain"] : ""));
      const line = `; kept in ${store}, to go on: shootdown sweep resume ${store}`;
      // The kernel may have cut off a cell of this thread, and the line about its end with it.
      const ends = ["3/5 cells, 3 resumed", "3 of 5 cells, interrupted"].map((text) => text + line);
      expect(ends.slice(executor === "threads" ? 1 : 0)).toContain(texts.findLast((text) => text));
      const after = await cells.run("kept + sd.openStore(options.store).status().done");
      expect(after.outputs).toContainEqual(
        expect.objectContaining({ data: expect.objectContaining({ "text/plain": "44" }) }),
      );
    } finally {
      await cells.close();
    }
  });
});
