import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lscpuMachine, machineFromLscpu } from "../../../lib/index.ts";
import { measuredPath, measuredText } from "../../observed/measuredData.ts";

const amd = `Architecture: x86_64
CPU(s): 16
On-line CPU(s) list: 0-15
Vendor ID: AuthenticAMD
Model name: AMD EPYC 9655
CPU family: 26
Thread(s) per core: 2
Core(s) per socket: 4
Socket(s): 2
Flags: sse2 pcid invlpgb
NUMA node0 CPU(s): 0-7
NUMA node1 CPU(s): 8-15
`;

test("sizes, features and platform", () => {
  const found = machineFromLscpu(amd);
  expect(found).toMatchObject({ name: "AMD EPYC 9655", cpus: 16, sockets: 2, threadsPerCore: 2 });
  expect(found.arch).toMatchObject({ kind: "x86", invlpgb: true, pcid: true });
  expect(lscpuMachine(amd).backend.name).toBe("native");
});

test("a missing flag is no proof on AMD, and offline CPUs are told", () => {
  const text = amd.replace(" invlpgb", "").replace("0-15", "0-14");
  const { machine, notes } = lscpuMachine(text);
  expect(machine.cpus).toBe(15);
  expect(machine.arch).toMatchObject({ invlpgb: false });
  expect(notes.join("\n")).toMatch(/no flag invlpgb[\s\S]*1 of 16 CPUs are offline/);
});

test("columns alone, and what they leave open", () => {
  const columns = "# CPU,Core,Socket,Node\n0,0,0,0\n1,1,0,0\n2,2,1,1\n3,3,1,1\n";
  const { machine, notes } = lscpuMachine(columns);
  expect(machine).toMatchObject({ sockets: 2, coresPerSocket: 2, threadsPerCore: 1 });
  expect(notes.join("\n")).toContain("x86 is assumed");
});

test("guests flush through their hypervisor", () => {
  const guest = (vendor: string) => lscpuMachine(`${amd}Hypervisor vendor: ${vendor}\n`).backend;
  expect(guest("KVM").name).toBe("kvm");
  expect(guest("Microsoft").name).toBe("hyperv");
  expect(guest("VMware").name).toBe("native");
});

test("an architecture without a model is refused, and names are made harmless", () => {
  expect(() => machineFromLscpu("Architecture: s390x\nCPU(s): 4\n")).toThrow(/^SD004.*s390x/);
  const hostile = amd.replace("AMD EPYC 9655", "\u001b[31m<b>x</b>");
  expect(machineFromLscpu(hostile).name).toBe("[31m<b>x</b>");
});

test("every measured lscpu file gives a machine of its online CPUs", (context) => {
  const folder = measuredPath(context, "lscpu");
  const files = readdirSync(folder).filter((name) => /\.lscpu\.(txt|json)$/.test(name));
  for (const name of files) {
    const text = readFileSync(`${folder}/${name}`, "utf8");
    const known = /"?CPU\(s\):"?[^\d]*(\d+)/.exec(text);
    const made = lscpuMachine(text);
    expect(made.machine.cpus, name).toBeGreaterThan(0);
    if (known !== null) expect(made.machine.cpus, name).toBeLessThanOrEqual(Number(known[1]));
  }
  expect(files.length).toBeGreaterThan(10);
  const own = machineFromLscpu(measuredText(context, "lscpu/live-epyc-turin-kvm-2vcpu.lscpu.txt"));
  expect(own).toMatchObject({ cpus: 2, sockets: 1 });
});
