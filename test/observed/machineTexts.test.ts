import { describe, expect, test } from "vitest";
import { hints, reports, rtla, sysfs } from "../../lib/experiments/machineTexts.ts";
import { measuredText } from "./measuredData.ts";

describe("sysfs", () => {
  test("gives sockets, cores, threads and nodes", () => {
    const text = `/sys/devices/system/cpu/online:0-1
/sys/devices/system/cpu/isolated:1
/sys/devices/system/cpu/cpu0/topology/physical_package_id:0
/sys/devices/system/cpu/cpu0/topology/core_id:7
/sys/devices/system/cpu/cpu0/topology/thread_siblings_list:0-1
/sys/devices/system/cpu/cpu1/topology/core_id:7
/sys/devices/system/node/node1/cpulist:0-1
/sys/devices/system/node/node1/distance:21 10
something else
`;
    expect(sysfs.parse(text)).toEqual({
      online: [0, 1],
      possible: [],
      isolated: [1],
      nohzFull: [],
      places: [
        { cpu: 0, socket: 0, core: 7, node: 1, threads: [0, 1] },
        { cpu: 1, socket: -1, core: 7, node: 1, threads: [] },
      ],
      nodes: [{ node: 1, cpus: [0, 1], distances: [21, 10] }],
    });
    expect(() => sysfs.parse("hello")).toThrow(/^SD006/);
    expect(() => sysfs.read("/nowhere")).toThrow(/^SD011/);
  });

  test("reads this machine's own", ({ skip }) => {
    skip(process.platform !== "linux", "not Linux");
    const { online, places } = sysfs.read();
    expect(places.map(({ cpu }) => cpu)).toEqual(expect.arrayContaining([...online]));
  });
});

describe("hints", () => {
  test("of a command line", () => {
    const found = hints.cmdline(
      'BOOT_IMAGE=/vmlinuz ro isolcpus=domain,managed_irq,2-3 nohz_full=2-3 dyndbg="a b" nopcid\n',
    );
    expect(found).toMatchObject({ isolated: [2, 3], nohzFull: [2, 3], others: 3 });
    expect(found.hints.map(({ name, value }) => `${name}=${value}`)).toEqual([
      ...["isolcpus=domain,managed_irq,2-3", "nohz_full=2-3", "nopcid=y"],
    ]);
  });

  test("of a configuration", () => {
    const found = hints.config(
      'CONFIG_BROADCAST_TLB_FLUSH=y\n# CONFIG_KVM_GUEST is not set\nCONFIG_FOO="x"\n# comment\n',
    );
    expect(found.others).toBe(1);
    expect(hints.table(found).objects()).toMatchObject([
      { setting: "CONFIG_BROADCAST_TLB_FLUSH", value: "y" },
      { setting: "CONFIG_KVM_GUEST", value: "n" },
    ]);
  });
});

describe("rtla", () => {
  test("osnoise top", () => {
    const text = `                          Operating System Noise
duration:   0 00:00:10 | time is in us
CPU Period       Runtime        Noise  % CPU Aval   Max Noise   Max Single          HW
  0 #10         10000000         1234    99.98765         123           12          45
  1 #10         10000000           12    99.99988          10            2           -
`;
    const found = rtla.parse(text);
    expect([found.tool, found.mode, found.unit]).toEqual(["osnoise", "top", "us"]);
    const noise = found.value.filter((_, i) => found.what[i] === "noise");
    expect([noise, found.cpu.at(-1), found.what.at(-1)]).toEqual([[1234, 12], 1, "max_single"]);
  });

  test("timerlat top keeps the last screen", () => {
    const row = (max: number) => `  3 #8984 |  1  0  1  7 |  11  2  10  ${max}\n`;
    const found = rtla.parse(`Timer Latency\nCPU COUNT | cur min avg max\n${row(20)}${row(25)}`);
    expect(found.what.slice(0, 3)).toEqual(["count", "irq_cur", "irq_min"]);
    expect(found.value.at(-1)).toBe(25);
    expect(found.what.filter((what) => what === "thread_max")).toHaveLength(1);
  });

  test("timerlat hist", () => {
    const text = `# RTLA timerlat histogram
# Time unit is microseconds (us)
Index   IRQ-000   Thr-000   IRQ-001   Thr-001
0             5         0         0         1
12            0         3         0         0
over:         0         0         1         0
max:          0        12         0         0
`;
    const found = rtla.parse(text);
    expect(rtla.table(found).objects().slice(0, 4)).toEqual([
      { cpu: 0, figure: "irq", bucket_ns: 0, value: 5 },
      { cpu: 1, figure: "thr", bucket_ns: 0, value: 1 },
      { cpu: 0, figure: "thr", bucket_ns: 12_000, value: 3 },
      { cpu: 0, figure: "irq_over", bucket_ns: null, value: 0 },
    ]);
  });
});

describe("reports", () => {
  test("counts of trace-cmd lines: 531 sendings, 13,806 queued functions", (context) => {
    const found = reports.aggregate(
      measuredText(context, "traces/mail-trace-cmd-aggregate-callbacks.txt"),
    );
    expect([found.sends, found.queued, found.queued / found.sends]).toEqual([531, 13_806, 26]);
  });

  test("comparisons of the kernel test robot", (context) => {
    const { rows } = reports.lkp(
      measuredText(context, "traces/lkp-interrupt-comparison-lines.txt"),
    );
    expect(rows).toHaveLength(8);
    expect(rows.slice(0, 2)).toEqual([
      { cpu: 9, irq: "CAL", before: 521_370, changePct: -46.6, after: 278_562 },
      { cpu: 9, irq: "TLB", before: 613_194, changePct: -46.4, after: 328_688 },
    ]);
    expect(rows.at(-1)).toMatchObject({ cpu: -1, irq: "TLB", after: 32_297_958 });
  });

  test("records of wprof", (context) => {
    const { rows } = reports.wprof(measuredText(context, "traces/repo-wprof-ipi.ndjson"));
    expect(rows).toMatchObject([
      { event: "ipi_send", tsNs: 100_500_000, cpu: 3, other: 7, task: "myapp" },
      { event: "ipi", cpu: 7, other: 3, delayNs: 200, durationNs: 800 },
    ]);
  });
});
