/** Guests as values: options, attributes, what they expose and cost, where Linux can have them. */
import { describe, expect, test } from "vitest";
import type { Backend } from "../../lib/backends/backend.ts";
import {
  behaviourOf,
  hyperv,
  kvm,
  native,
  reviveBackend,
  xenPv,
} from "../../lib/backends/backend.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import { checkScene, machineAsSeen, planScene } from "../../lib/experiments/scene.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import { arm64, x86 } from "../../lib/machine/arch.ts";
import type { CostKey } from "../../lib/machine/costs.ts";
import { machine } from "../../lib/machine/machine.ts";
import { sources } from "../../lib/machine/sources.ts";
import { linux } from "../../lib/policies/linux.ts";
import { dynamicFlag } from "../../lib/policies/tableSync/dynamicFlag.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { ipiBenchmark } from "../../lib/workloads/ipiBenchmark.ts";
import { tlbFlush2 } from "../../lib/workloads/tlbFlush2.ts";

const guests: readonly Backend[] = [kvm(), hyperv(), xenPv()];
const work = collapse({ bytes: 2 * 1024 * 1024, threads: 4, siblings: "spin" });

function sceneOf(backend: Backend, workload = work, cpus = 8) {
  return checkScene({ machine: machine({ cpus }), linux: linux(), backend, workload });
}

describe("a guest is a value", () => {
  test("with every option, frozen, equal to its clone", () => {
    const guest = kvm({ preemptedShare: 0.5, pvFlush: false });
    expect(guest.options).toEqual({
      pvFlush: false,
      ipis: "pv",
      apic: "cluster",
      shorthand: true,
      invlpgb: false,
      preemptedShare: 0.5,
      stopNs: 3_000_000,
    });
    expect(() => Object.assign(guest.options, { pvFlush: true })).toThrow(TypeError);
    for (const one of [guest, ...guests]) {
      for (const clone of [structuredClone({ ...one }), JSON.parse(JSON.stringify(one))]) {
        expect(reviveBackend(clone)).toEqual(one);
      }
    }
  });

  test("is changed into another one, and prints what is not the default", () => {
    const guest = kvm().with({ ipis: "avic" }).with({ preemptedShare: 0.1 });
    expect(guest.label()).toBe("kvm({ ipis: avic, preemptedShare: 0.1 })");
    expect(guests.map((one) => one.label())).toEqual(["kvm", "hyperv", "xenPv"]);
    expect(String(guest).split("\n")[0]).toBe(`backend ${guest.label()}, on x86:`);
    expect(native({ flush: "sequential" }).label()).toBe("native({ flush: sequential })");
  });

  test.for<[string, () => unknown, string]>([
    [
      "a misspelt option",
      () => kvm({ pvflush: true } as never),
      "SD002: unknown backend.kvm option",
    ],
    ["another way to send", () => kvm({ ipis: "exit" as never }), 'did you mean "exits"?'],
    ["a share of 1", () => xenPv({ preemptedShare: 1 }), "SD001: invalid preemptedShare: 1"],
    ["a share that is no number", () => kvm({ preemptedShare: Number.NaN }), "preemptedShare"],
    ["no length", () => hyperv({ stopNs: 0 }), "SD001: invalid stopNs: 0"],
    ["rounds beyond 4 s", () => kvm({ preemptedShare: 0.01, stopNs: 1e9 }), "at most 40000000"],
    ["an option in a clone", () => reviveBackend({ ...xenPv(), options: { ipis: "pv" } }), "ipis"],
    ["another order", () => native({ flush: "never" as never }), "concurrent, sequential"],
  ])("%s is refused", ([, build, message]) => {
    expect(build).toThrow(message);
  });

  test.for(guests)("%s is refused on another architecture, with the reason", (backend) => {
    const scene = { machine: machine({ arch: arm64() }), linux: linux(), backend, workload: work };
    expect(() => simulate(scene)).toThrow(/SD004: impossible backend.*on x86 only/);
  });
});

describe("what a policy may ask", () => {
  test("no guest with a flush of its own interrupts all walkers; without one it is native", () => {
    const asked = (one: Backend) => behaviourOf(one).flushInterruptsWalkers(x86());
    expect(guests.map(asked)).toEqual([false, false, false]);
    expect([kvm({ pvFlush: false }), hyperv({ pvFlush: false })].map(asked)).toEqual([true, true]);
    const ops = [native(), ...guests, kvm({ pvFlush: false })].map((o) => behaviourOf(o).flushOp);
    expect(ops).toEqual(["native", "kvm", "hyperv", "xen", "native"]);
  });

  test("three attributes: hypercalls run no handler, KVM those of vCPUs that run", () => {
    const handlers = guests.map((one) => behaviourOf(one).attributes(x86()).handlerTargets);
    expect(handlers).toEqual([
      "those of them that run",
      "none, or the same CPUs when the hypercall fails",
      "none",
    ]);
    expect(behaviourOf(native()).attributes(x86({ rar: true })).handlerTargets).toBe("none");
  });

  test("the flush hook hears of preempted vCPUs, hypercalls and native ends", () => {
    const syncs = (backend: Backend, setBy: "targets" | "native-routine"): number => {
      const os = linux({ tableSync: dynamicFlag({ setBy }) });
      const tables = collapse({ bytes: 32 * 1024 * 1024, threads: 4, siblings: "spin" });
      const scene = { machine: machine({ cpus: 8 }), linux: os, backend, workload: tables };
      return simulate(scene).result.tallies.sync_rounds!;
    };
    const preempted = kvm({ preemptedShare: 0.5, stopNs: 400_000 });
    expect([native(), kvm(), hyperv({ flushFails: true })].map((b) => syncs(b, "targets"))).toEqual(
      [0, 0, 0],
    );
    expect([hyperv(), xenPv()].map((b) => syncs(b, "targets"))).toEqual([16, 16]);
    expect(syncs(preempted, "targets")).toBeGreaterThan(0);
    expect(syncs(preempted, "native-routine")).toBe(0);
  });
});

describe("what a guest costs", () => {
  test("the costs of the run say where they come from, and name known publications", () => {
    for (const backend of [...guests, kvm({ ipis: "avic" })]) {
      const host = machine();
      const seen = machineAsSeen(sceneOf(backend));
      const changed = (Object.keys(seen.costs) as CostKey[]).filter(
        (key) => seen.costs[key].source !== host.costs[key].source,
      );
      expect(changed.length).toBeGreaterThan(3);
      for (const key of changed) {
        const { ns, range, source } = seen.costs[key];
        expect(range![0] <= ns && ns <= range![1], key).toBe(true);
        for (const name of source.match(/(?<=\[)[A-Z][^\]]+(?=\])/gi) ?? []) {
          expect(sources).toHaveProperty([name]);
        }
      }
    }
    expect(machineAsSeen(sceneOf(native()))).toEqual(sceneOf(native()).machine);
  });

  test("the run counts them among its assumptions", () => {
    const assumed = simulate(sceneOf(kvm())).assumedCosts();
    expect(assumed).toContain("ipiResume");
    expect(simulate(sceneOf(native())).assumedCosts()).not.toContain("ipiResume");
  });

  test("groups of a mask send: one exit a cluster, a CPU, or a window of 128", () => {
    const sendNs = (backend: Backend): number => {
      const scene = sceneOf(backend, ipiBenchmark({ to: "all", targets: "busy" }), 200);
      const { startNs, endNs } = runPlan(planScene(scene), { seed: 1 });
      return endNs - startNs;
    };
    const exit = 777 + 778;
    const one = sendNs(kvm());
    expect(sendNs(kvm({ shorthand: false })) - one).toBe(exit);
    expect(sendNs(kvm({ ipis: "exits", shorthand: false })) - one).toBe(12 * exit);
    const physical = kvm({ ipis: "exits", apic: "physical", shorthand: false });
    expect(sendNs(physical) - one).toBe(198 * exit);
  });
});

describe("eager runs are the same to the bit", () => {
  test.for([
    kvm(),
    kvm({ ipis: "exits", apic: "physical", shorthand: false }),
    kvm({ ipis: "avic" }),
    kvm({ preemptedShare: 0.4, stopNs: 50_000 }),
    kvm({ preemptedShare: 0.4, stopNs: 50_000, pvFlush: false }),
    hyperv(),
    xenPv({ preemptedShare: 0.2, stopNs: 50_000 }),
  ])("%s", (backend) => {
    const workloads = [
      collapse({ bytes: 8 * 1024 * 1024, threads: 4, siblings: "spin" }),
      collapse({ bytes: 8 * 1024 * 1024, threads: 4, siblings: "sleep" }),
      ipiBenchmark({ to: "all", calls: 20 }),
      tlbFlush2({ threads: 6, loops: 10, lruLockNs: 300 }),
    ];
    for (const workload of workloads) {
      const scene = sceneOf(backend, workload, 40);
      expect(simulate({ ...scene, eager: true }).result).toEqual(simulate(scene).result);
    }
  });
});
