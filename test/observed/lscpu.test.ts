import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lscpu } from "../../lib/experiments/machineTexts.ts";
import type { LscpuData } from "../../lib/observed/lscpu.ts";
import { measuredPath, measuredText } from "./measuredData.ts";

const text = `Architecture:        aarch64
CPU(s):              8
On-line CPU(s) list: 0-3,5
Model name:          Cortex-A55
Thread(s) per core:  1
Model name:          Cortex-A76
CPU max MHz:         2300,0000
L2 cache:            2048K
L3 cache:            1.5 MiB (2 instances)
NUMA node0 CPU(s):   0-6:2
NUMA node3 CPU(s):   1,5
NUMA node4 CPU(s):
Flags:               fp asimd
`;

describe("lscpu", () => {
  test("as text", () => {
    const found = lscpu.parse(text);
    expect(found).toMatchObject({
      architecture: "aarch64",
      cpus: 8,
      online: [0, 1, 2, 3, 5],
      models: ["Cortex-A55", "Cortex-A76"],
      sockets: undefined,
      flags: ["fp", "asimd"],
      nodes: [
        { node: 0, cpus: [0, 2, 4, 6] },
        { node: 3, cpus: [1, 5] },
        { node: 4, cpus: [] },
      ],
      caches: [
        { name: "L2", bytes: 2_097_152, instances: undefined },
        { name: "L3", bytes: 1_572_864, instances: 2 },
      ],
    });
    expect(found.fields["Model name#2"]).toBe("Cortex-A76");
  });

  test("as JSON, flat and nested, with null", () => {
    const flat = '{"lscpu":[{"field":"CPU(s):","data":"8"},{"field":"Vendor ID:","data":null}]}';
    const nested =
      '{"lscpu":[{"field":"CPU(s):","data":"8","children":' +
      '[{"field":"Vendor ID:","data":null,"children":[]}]}]}';
    for (const json of [flat, nested]) {
      expect(lscpu.parse(json).fields).toEqual({ "CPU(s)": "8", "Vendor ID": "" });
      expect(lscpu.parse(json).vendor).toBeUndefined();
    }
  });

  test("as columns, also below the text", () => {
    const columns = "# CPU,Core,Socket,Node,,L1d\n0,0,0,0,,0\n5,1,0,,,1\n,,,,,\n";
    const { perCpu, skipped } = lscpu.parse(text + columns);
    expect(perCpu).toMatchObject({ cpu: [0, 5], columns: { Core: [0, 1], Node: [0, -1] } });
    expect(skipped).toMatchObject([{ reason: "row without a CPU", count: 1 }]);
  });

  test.each(["", "hello", "{", '{"cpus":[]}'])("%j is refused", (wrong) => {
    expect(() => lscpu.parse(wrong)).toThrow(/^SD006/);
  });
});

/** What both texts say, in one spelling: lists of CPUs as numbers. */
function common(left: LscpuData, right: LscpuData): [unknown, unknown] {
  const names = Object.keys(left.fields).filter(
    // Files were rendered on another machine, which is what these two fields show.
    (name) =>
      Object.hasOwn(right.fields, name) &&
      left.fields[name] !== "-" && // not known to the lscpu that rendered it
      !/^(Architecture|NUMA node\d)/.test(name),
  );
  const of = (data: LscpuData) => [names.map((name) => [name, data.fields[name]]), data.nodes];
  return [of(left), of(right)];
}

describe("files of real machines", () => {
  test("that have an expected result agree with it", (context) => {
    const folder = measuredPath(context, "lscpu");
    const stems = readdirSync(folder)
      .filter((name) => name.endsWith(".expected.txt"))
      .map((name) => name.replace(".expected.txt", ""));
    expect(stems.length).toBeGreaterThan(3);
    for (const stem of stems) {
      const read = (end: string) => lscpu.parse(readFileSync(`${folder}/${stem}${end}`, "utf8"));
      const expected = read(".expected.txt");
      for (const end of [".lscpu.txt", ".lscpu.json"]) {
        const [found, wanted] = common(read(end), expected);
        expect([stem, end, found]).toEqual([stem, end, wanted]);
      }
      const { perCpu } = read(".lscpu-p.csv");
      if (perCpu!.cpu.length === 0) continue; // rendered without a topology
      expect(perCpu!.cpu).toEqual(expected.perCpu!.cpu);
      for (const [name, values] of Object.entries(perCpu!.columns)) {
        expect([stem, name, values]).toEqual([stem, name, expected.perCpu!.columns[name]]);
      }
    }
  });

  test.for([
    ["ul-x86_64-64cpu.lscpu.txt", 64, 4, [0, 2, 3]],
    ["hwloc-256ppc-possible-added.lscpu.json", 256, 64, [0, 1, 4, 5, 8, 9, 12, 13]],
    ["mail-power8-1024cpu.lscpu.txt", 1024, 16, Array.from({ length: 16 }, (_, node) => node)],
    ["repo-gcp-a3-26cpu-flat.lscpu.json", 26, 1, []],
    ["live-epyc-turin-kvm-2vcpu.lscpu.json", 2, 1, [0]],
    ["issue-kunpeng920-192cpu.lscpu.txt", 192, 4, [0, 1, 2, 3, 4, 5, 6, 7]],
  ] as const)("%s: %i CPUs in %i sockets", ([name, cpus, sockets, nodes], context) => {
    const found = lscpu.parse(measuredText(context, `lscpu/${name}`));
    expect([found.cpus, found.sockets]).toEqual([cpus, sockets]);
    expect(found.nodes.map(({ node }) => node)).toEqual(nodes);
  });
});
