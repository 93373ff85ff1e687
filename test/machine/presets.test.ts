import { describe, expect, it } from "vitest";
import { machine } from "../../lib/machine/machine.ts";
import { machineByName, machineNames, machines } from "../../lib/machine/presets.ts";

describe("the named machines", () => {
  it("have the sizes of their reports", () => {
    expect(machineNames.map((name) => [name, machines[name].cpus])).toEqual([
      ["icelake64", 64],
      ["haswell48", 48],
      ["x5550", 16],
      ["xeon16", 16],
      ["xeon48", 48],
      ["xeon120", 120],
      ["aws196", 196],
      ["xeon448", 448],
      ["xeon480", 480],
      ["skylake80", 80],
      ["milan166", 166],
      ["milan36", 72],
      ["turin", 256],
      ["emag32", 32],
      ["thunderx2", 112],
      ["altra128", 128],
      ["kunpeng920", 128],
      ["graviton2", 64],
      ["power8", 192],
      ["power9", 144],
      ["power10Lpar", 840],
      ["qemu", 64],
      ["qemuArm64", 32],
      ["qemuPpc64le", 16],
    ]);
  });

  it("carry the features that decide who is interrupted", () => {
    expect(machines.turin.arch).toMatchObject({
      kind: "x86",
      invlpgb: true,
      rar: false,
      pcid: true,
    });
    expect(machines.qemu.arch).toMatchObject({ kind: "x86", invlpgb: false, pcid: false });
    expect(machines.kunpeng920.arch).toMatchObject({ kind: "arm64", tlbiRange: false });
    expect(machines.power8.arch).toMatchObject({ kind: "powerpc", mmu: "hash" });
  });

  it("survive a JSON round trip", () => {
    for (const name of machineNames) {
      const text = JSON.stringify(machines[name]);
      expect(JSON.stringify(machine(JSON.parse(text)))).toBe(text);
    }
  });

  it("are found by name", () => {
    expect(machineByName("turin")).toBe(machines.turin);
    expect(() => machineByName("icelake")).toThrow('did you mean "icelake64"?');
  });

  it("are flat when emulated, at every size of the lab", () => {
    const sockets = [4, 8, 16, 32, 64].map((cpus) => machines.qemu.withCpus(cpus).sockets);
    expect(sockets).toEqual([1, 1, 1, 1, 1]);
  });
});
