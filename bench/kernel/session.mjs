/**
 * One session with a kernel: `node session.mjs shootdown|tslab|ipykernel|deno`. Prints wall times as
 * JSON, ns: from the start of the process to the answer to `kernel_info_request` (`readyNs`) and to
 * the end of the first cell (`firstNs`; `firstCpuNs` is the CPU time until then); medians of a trivial cell (`cellNs`) and of a completion
 * (`completionNs`). All kernels get the same requests from the same client, over TCP.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { KernelClient } from "../../dist/kernel/wire/client.js";
import { freePorts } from "../../dist/kernel/wire/connection.js";
import { median } from "../results.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cells = 40;
const completions = 20;
const patienceMs = 120_000;
const ticksPerSecond = 100;

const kernels = {
  shootdown: (file) => [process.execPath, "dist/kernel/cli.js", "kernel", "-f", file],
  tslab: (file) => [
    process.execPath,
    "node_modules/tslab/bin/tslab",
    "kernel",
    "--config-path",
    file,
  ],
  ipykernel: (file) => ["/usr/bin/python3", "-m", "ipykernel_launcher", "-f", file],
  deno: (file) => [process.env.DENO ?? "deno", "jupyter", "--kernel", "--conn", file],
};

/** A cell, and text to complete after it. */
const typeScript = { cell: "const value = 1.5;", unfinished: "value.toFi" };
const python = { cell: "value = 1.5", unfinished: "value.is_int" };

process.exitCode = await session(process.argv[2]);

async function session(name) {
  const folder = mkdtempSync(join(tmpdir(), "shootdown-bench-"));
  const file = join(folder, "connection.json");
  const connection = await tcpConnection();
  writeFileSync(file, JSON.stringify(connection));
  if (name === "shootdown") prepareImage();
  const startNs = process.hrtime.bigint();
  const since = () => Number(process.hrtime.bigint() - startNs);
  const [command, ...args] = kernels[name](file);
  const child = spawn(command, args, { cwd: root, stdio: "ignore" });
  const client = new KernelClient(connection);
  const late = pause(patienceMs, "late", { ref: false });
  const work = measure(client, name, since, () => treeCpuNs(child.pid));
  const measured = await Promise.race([work, late]);
  client.close();
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify(measured === "late" ? { error: "no answer in time" } : measured));
  return measured === "late" ? 1 : 0;
}

/** As `shootdown install` does, and the first kernel of a project. */
function prepareImage() {
  spawnSync(process.execPath, ["--no-warnings", "dist/kernel/image/maker.js", root], { cwd: root });
}

async function measure(client, name, since, cpuNs) {
  await listening(client);
  const readyNs = since();
  await client.execute("1 + 1", {});
  const [firstNs, firstCpuNs] = [since(), cpuNs()];
  const cellNs = await medianOf(cells, (index) => client.execute(`1 + ${index}`, {}));
  const { cell, unfinished } = name === "ipykernel" ? python : typeScript;
  await client.execute(cell, {});
  const question = { code: unfinished, cursor_pos: unfinished.length };
  await client.request("shell", "complete_request", question);
  const completionNs = await medianOf(completions, async () => {
    const { content } = await client.request("shell", "complete_request", question);
    // Deno answers, but knows no names.
    if (content.matches.length === 0 && name !== "deno") throw new Error("no completions");
  });
  return { readyNs, firstNs, firstCpuNs, cellNs, completionNs };
}

/** CPU time of a process and its children so far, as Linux counts it, ns; elsewhere NaN. */
function treeCpuNs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" "),
    );
    const below = children.filter((child) => child !== "").map(treeCpuNs);
    return below.reduce((sum, ns) => sum + ns, (ticks / ticksPerSecond) * 1e9);
  } catch {
    return Number.NaN;
  }
}

/** Resolves when replies and outputs get through: kernels say nothing to who subscribes late. */
async function listening(client) {
  let heard = () => {};
  const published = new Promise((resolve) => {
    heard = resolve;
  });
  client.onMessage = () => heard("heard");
  for (;;) {
    const replied = client.request("shell", "kernel_info_request");
    await Promise.race([replied, pause(1_000)]);
    if ((await Promise.race([published, pause(20)])) === "heard") break;
  }
  client.onMessage = () => {};
}

async function medianOf(count, work) {
  const times = [];
  for (let index = 0; index < count; index++) {
    const startNs = process.hrtime.bigint();
    await work(index);
    times.push(Number(process.hrtime.bigint() - startNs));
  }
  return median(times);
}

async function tcpConnection() {
  const ports = await freePorts("127.0.0.1", 5);
  const names = ["shell", "control", "iopub", "stdin", "hb"];
  return {
    transport: "tcp",
    ip: "127.0.0.1",
    key: "bench",
    signature_scheme: "hmac-sha256",
    kernel_name: "bench",
    ...Object.fromEntries(names.map((name, index) => [`${name}_port`, ports[index]])),
  };
}
